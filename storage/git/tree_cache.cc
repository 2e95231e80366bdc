#include "storage/git/tree_cache.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

namespace setpoint::storage {

namespace {

// What a tree costs beside its bytes: its string, its count of owners and its place in the table.
constexpr size_t kTreeOverheadBytes = 112;

}  // namespace

absl::StatusOr<TreeCache::Tree> TreeCache::Get(const ObjectId& id) {
  if (const auto found = young_.find(id); found != young_.end()) return found->second;
  if (const auto found = old_.find(id); found != old_.end()) {
    Tree tree = std::move(found->second);
    old_.erase(found);
    Keep(id, tree);
    return tree;
  }
  const absl::StatusOr<std::optional<ObjectView>> view = reader_.View(id);
  if (!view.ok()) return view.status();
  if (!view->has_value()) return absl::NotFoundError(absl::StrCat("tree ", id.Hex(), " is missing"));
  if ((*view)->type != ObjectType::kTree) return absl::DataLossError(absl::StrCat("object ", id.Hex(), " is no tree"));
  Tree tree = std::make_shared<const std::string>((*view)->bytes);
  Keep(id, tree);
  return tree;
}

void TreeCache::Keep(const ObjectId& id, const Tree& tree) {
  const size_t cost = tree->size() + kTreeOverheadBytes;
  if (young_bytes_ + cost > generation_bytes_max_) {
    std::swap(old_, young_);
    young_.clear();
    young_bytes_ = 0;
  }
  young_bytes_ += cost;
  young_.emplace(id, tree);
}

}  // namespace setpoint::storage
