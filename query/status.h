// What a store holds and how far it is. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "query/consumer.h"
#include "query/repositories.h"
#include "query/view.h"
#include "storage/projections/database.h"

namespace setpoint::query {

struct StoreStatus {
  storage::Revision applied;  // The newest revision that can be read.
  std::vector<RepositoryItem> repositories;
  uint64_t timelines = 0;
  uint64_t paths = 0;                                               // Ever named by the log.
  uint64_t resources = 0;                                           // Likewise.
  std::vector<std::pair<std::string_view, uint64_t>> family_bytes;  // Live files of each family, in their fixed order.
  // Who reads the stream, and how far; nothing where nobody looked.
  std::optional<std::vector<ConsumerItem>> consumers = {};
  uint64_t bytes = 0;  // Their sum.
};

// Who does not see everything is told of the repositories seen alone: the sizes are zero.
absl::StatusOr<StoreStatus> ReadStatus(const View& view);
absl::StatusOr<StoreStatus> ReadStatus(const storage::Database& database);

}  // namespace setpoint::query
