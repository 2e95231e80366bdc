#include "storage/ingest/tree_lookup.h"
#include "storage/base/concat.h"

#include <string>
#include <utility>

namespace setpoint::storage {
namespace {

// A raw tree is a list of: mode in octal, space, name, zero byte, twenty bytes of id.
absl::StatusOr<TreeLeaf> FindEntry(std::string_view tree, std::string_view name) {
  while (!tree.empty()) {
    const size_t space = tree.find(' ');
    const size_t end = tree.find('\0');
    if (space == std::string_view::npos || end == std::string_view::npos || space > end ||
        tree.size() - end - 1 < ObjectId::kSize) {
      return absl::DataLossError("a tree object is malformed");
    }
    if (tree.substr(space + 1, end - space - 1) == name) {
      uint32_t mode = 0;
      for (const char digit : tree.substr(0, space)) mode = mode * 8 + static_cast<uint32_t>(digit - '0');
      return TreeLeaf{NormalizeMode(mode), *ObjectId::FromBytes(tree.substr(end + 1, ObjectId::kSize))};
    }
    tree.remove_prefix(end + 1 + ObjectId::kSize);
  }
  return TreeLeaf{};
}

}  // namespace

absl::StatusOr<TreeLeaf> FindInTree(ObjectReader& objects, const ObjectId& tree, std::string_view path) {
  TreeLeaf leaf{FileMode::kTree, tree};
  while (true) {
    if (leaf.mode != FileMode::kTree) return TreeLeaf{};
    absl::StatusOr<std::optional<RawObject>> raw = objects.Read(leaf.blob);
    if (!raw.ok()) return raw.status();
    if (!raw->has_value()) return absl::NotFoundError(Concat("tree ", leaf.blob.Hex(), " is missing"));
    const size_t slash = path.find('/');
    absl::StatusOr<TreeLeaf> next = FindEntry((*raw)->bytes, path.substr(0, slash));
    if (!next.ok()) return next.status();
    leaf = *next;
    if (slash == std::string_view::npos) return leaf.mode == FileMode::kTree ? TreeLeaf{} : leaf;
    path.remove_prefix(slash + 1);
  }
}

}  // namespace setpoint::storage
