// Which resources are declared at a position. Reads no content unless a filter asks for it. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "query/selector.h"
#include "query/view.h"
#include "storage/base/digest.h"
#include "storage/projections/state.h"

namespace setpoint::query {

struct ListRequest {
  storage::Position position;
  Selector selector;
  size_t limit = 0;       // 0: all.
  std::string after_key;  // Only keys beyond it, by bytes: how the next page is asked for.
};

struct ListItem {
  std::string_view key;  // scope#identity; valid as long as the database.
  storage::StateItem state;
  storage::Digest content_hash;  // Zero where there is none.
};

struct ListAnswer {
  std::vector<ListItem> items;  // By key bytes.
  bool more = false;            // There are others after the last one.
};

absl::StatusOr<ListAnswer> ListResources(const View& view, const ListRequest& request);

}  // namespace setpoint::query
