// One path of one tree: what mode and blob it has there. For the rare questions that a tree difference does not answer.
#pragma once

#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "storage/base/file_mode.h"
#include "storage/base/object_id.h"
#include "storage/git/object_reader.h"

namespace setpoint::storage {

struct TreeLeaf {
  FileMode mode = FileMode::kAbsent;
  ObjectId blob;
};

// Absent where the tree has no such path, or a folder there. kNotFound where a tree on the way is missing.
absl::StatusOr<TreeLeaf> FindInTree(ObjectReader& objects, const ObjectId& tree, std::string_view path);

}  // namespace setpoint::storage
