// The paths that differ between two trees: a merge walk over raw tree bytes that descends only where ids differ.
// Submodules, symlinks and files are leaves; a folder that becomes a file is a removal and an addition.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/base/file_mode.h"
#include "storage/base/object_id.h"
#include "storage/git/object_reader.h"

namespace setpoint::storage {

struct PathDelta {
  std::string path;  // Bytes as Git has them, folders joined by '/'.
  FileMode old_mode = FileMode::kAbsent;
  ObjectId old_blob;
  FileMode new_mode = FileMode::kAbsent;
  ObjectId new_blob;
  bool operator==(const PathDelta&) const = default;
};

// Keeps recently read trees (two generations of `cache_bytes / 2`). One thread at a time; the reader outlives it.
class TreeDiffer {
 public:
  explicit TreeDiffer(ObjectReader& reader, size_t cache_bytes = size_t{16} << 20);
  ~TreeDiffer();

  // Sorted by path bytes, each path once. A zero id is the empty tree, so that Diff({}, tree) lists a tree.
  // kNotFound, naming the id, where a tree is missing; kDataLoss where a tree is malformed in a part that differs, or
  // lies deeper than kTreeDepthMax; kResourceExhausted beyond kTreeDiffStepsMax.
  absl::StatusOr<std::vector<PathDelta>> Diff(const ObjectId& old_tree, const ObjectId& new_tree);

  // The number of differing paths; counting stops at `limit`. Errors as above.
  absl::StatusOr<size_t> Count(const ObjectId& old_tree, const ObjectId& new_tree, size_t limit);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace setpoint::storage
