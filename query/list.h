// Which resources are declared at a position. Reads no content unless a filter asks for it. Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "query/scan_budget.h"
#include "query/selector.h"
#include "query/view.h"
#include "storage/base/digest.h"
#include "storage/projections/state.h"

namespace setpoint::query {

struct ListRequest {
  storage::Position position;
  Selector selector;
  std::string after_key;  // Only keys beyond it, by bytes: how the next page is asked for.
};

struct ListItem {
  std::string_view key;  // scope#identity; valid as long as the database.
  storage::StateItem state;
  storage::Digest content_hash;  // Zero where there is none.
};

// One resource after another, by key bytes. Where a filter asks for contents, each resource that it does not rule out
// by key and path costs its own. One thread at a time; must not outlive the store.
class ListScan {
 public:
  // Costs the whole state, whatever is wanted of it.
  static absl::StatusOr<ListScan> Begin(const View& view, ListRequest request);

  // The next one. Nothing: there is none (then it has ended), or the budget is spent and the next call goes on.
  absl::StatusOr<std::optional<ListItem>> Next(ScanBudget& budget);
  bool ended() const { return at_ == items_.size(); }
  // The key of the item before the last one that was found: with it as `after_key` a page begins with the last one.
  std::string_view key_before() const { return key_before_; }

 private:
  ListScan(const View& view, Selector selector, std::vector<ListItem> items);
  // Gives the items at hand and some after them their hashes.
  absl::Status ReadHashes(size_t count);

  View view_;
  Selector selector_;
  std::vector<ListItem> items_;  // Those that keys and paths alone do not rule out.
  size_t at_ = 0;
  size_t hashed_ = 0;  // So many have their hash.
  std::string_view last_key_;
  std::string_view key_before_;
};

// All at once.
absl::StatusOr<std::vector<ListItem>> ListResources(const View& view, const ListRequest& request);

}  // namespace setpoint::query
