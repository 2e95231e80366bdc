// Who reads the stream, and how far: one row of the local `consumers` family for each named consumer (key: its name;
// value: drawn in FORMAT.md). Facts of this node that nothing derives: rebuild leaves them alone.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/base/ids.h"
#include "storage/engine/row_sink.h"
#include "storage/engine/store.h"

namespace setpoint::storage {

struct Consumer {
  static constexpr uint32_t kWholeEntry = std::numeric_limits<uint32_t>::max();

  std::string name = {};
  // The newest cursor that it has acknowledged, as query/watch_cursor.h has it; none (0): it never did.
  Revision revision = {};
  uint32_t index = kWholeEntry;
  int64_t acknowledged = 0;  // When, in seconds since 1970.
  // What it watches, as the parameters of a watch's address ("repo=fleet&kind=Deployment"); empty: it did not say yet.
  std::string watch = {};
  // Whose it is: the name of the token that used it first; empty: nobody's, since nobody was asked who they are.
  std::string owner = {};
  bool operator==(const Consumer&) const = default;
};

// [A-Za-z0-9][A-Za-z0-9._-]*, at most 128 bytes. kInvalidArgument.
absl::Status ValidateConsumerName(std::string_view name);

absl::StatusOr<std::optional<Consumer>> ReadConsumer(const RowReader& rows, std::string_view name);
// All of them, by name bytes.
absl::StatusOr<std::vector<Consumer>> ListConsumers(const RowReader& rows);
void PutConsumer(const Consumer& consumer, RowSink& sink);

}  // namespace setpoint::storage
