// The fact family `texts`: the files as they stood in Git. Key: TextKey; value: a kind byte, then
//   1 the bytes, plain (versions of one path are neighbours and compress against each other)
//   2 a file too large to keep: blob id (20), SHA-256 (32), size as a varint
//   3 blob id (20), then an Erasure
// Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "absl/status/statusor.h"
#include "storage/base/digest.h"
#include "storage/base/object_id.h"
#include "storage/engine/row_sink.h"
#include "storage/engine/store.h"
#include "storage/log/erasure.h"
#include "storage/log/fact_keys.h"

namespace setpoint::storage {

// A file of which only this is kept (larger than kTextBytesMax, and no decoder took it).
struct LargeText {
  ObjectId blob;
  Digest hash;  // SHA-256 of its bytes.
  uint64_t size = 0;
  bool operator==(const LargeText&) const = default;
};

struct ErasedText {
  ObjectId blob;
  Erasure erasure;
  bool operator==(const ErasedText&) const = default;
};

// The bytes, or why there are none.
using TextRecord = std::variant<std::string, LargeText, ErasedText>;

void PutText(const TextKey& key, std::string_view bytes, RowSink& sink);
void PutLargeText(const TextKey& key, const LargeText& text, RowSink& sink);
void PutErasedText(const TextKey& key, const ErasedText& text, RowSink& sink);

// Nothing where there is no such row; kDataLoss where it is malformed.
absl::StatusOr<std::optional<TextRecord>> ReadTextRecord(const RowReader& rows, const TextKey& key);
absl::StatusOr<TextRecord> DecodeTextRecord(std::string_view value);

// The bytes alone. Nothing where there is no such row; kFailedPrecondition, saying why, where there are no bytes (too
// large, erased).
absl::StatusOr<std::optional<std::string>> ReadText(const RowReader& rows, const TextKey& key);

}  // namespace setpoint::storage
