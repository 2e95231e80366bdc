// The fact family `content`: what resources declared, as canonical JSON. Key: ContentKey; value: a kind byte, then
//   1 the JSON, plain (RocksDB compresses a block of neighbours, versions of one resource, far better than one alone)
//   2 an Erasure
// Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "absl/status/statusor.h"
#include "storage/engine/row_sink.h"
#include "storage/engine/store.h"
#include "storage/log/erasure.h"
#include "storage/log/fact_keys.h"

namespace setpoint::storage {

void PutContent(const ContentKey& key, std::string_view json, RowSink& sink);
void PutErasedContent(const ContentKey& key, const Erasure& erasure, RowSink& sink);

// Nothing where there is no such row; kFailedPrecondition, saying who, when and why, where it was erased; kDataLoss
// where the row is malformed.
absl::StatusOr<std::optional<std::string>> ReadContent(const RowReader& rows, const ContentKey& key);

// A row's value, for those who must tell an erased content from one that is there (verify, erase).
using ContentRecord = std::variant<std::string, Erasure>;
absl::StatusOr<std::optional<ContentRecord>> ReadContentRecord(const RowReader& rows, const ContentKey& key);
absl::StatusOr<ContentRecord> DecodeContentRecord(std::string_view value);

}  // namespace setpoint::storage
