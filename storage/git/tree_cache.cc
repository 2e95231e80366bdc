#include "storage/git/tree_cache.h"

#include <optional>

#include "absl/strings/str_cat.h"

namespace setpoint::storage {

namespace {

// What a tree costs beside its bytes: its string and its count of owners.
constexpr size_t kTreeOverheadBytes = 64;

}  // namespace

absl::StatusOr<TreeCache::Tree> TreeCache::Get(const ObjectId& id) {
  if (const Tree* const found = trees_.Find(id)) return *found;
  const absl::StatusOr<std::optional<ObjectView>> view = reader_.View(id);
  if (!view.ok()) return view.status();
  if (!view->has_value()) return absl::NotFoundError(absl::StrCat("tree ", id.Hex(), " is missing"));
  if ((*view)->type != ObjectType::kTree) return absl::DataLossError(absl::StrCat("object ", id.Hex(), " is no tree"));
  Tree tree = std::make_shared<const std::string>((*view)->bytes);
  trees_.Keep(id, tree, tree->size() + kTreeOverheadBytes);
  return tree;
}

}  // namespace setpoint::storage
