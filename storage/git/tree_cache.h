// Raw trees that were read a short while ago, in two generations: a tree that is asked for again moves to the young
// one; when the young one is full it becomes the old one, and what was old is forgotten. One thread at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "storage/base/object_id.h"
#include "storage/git/object_reader.h"

namespace setpoint::storage {

class TreeCache {
 public:
  // Shared, as a walk goes on using the trees of its path when the cache has forgotten them.
  using Tree = std::shared_ptr<const std::string>;

  // Keeps about `bytes_max`. The reader outlives the cache.
  TreeCache(ObjectReader& reader, size_t bytes_max) : reader_(reader), generation_bytes_max_(bytes_max / 2) {}

  // kNotFound where the tree is missing, kDataLoss where the object is none.
  absl::StatusOr<Tree> Get(const ObjectId& id);

 private:
  using Generation = absl::flat_hash_map<ObjectId, Tree>;

  void Keep(const ObjectId& id, const Tree& tree);

  ObjectReader& reader_;
  const size_t generation_bytes_max_;
  size_t young_bytes_ = 0;
  Generation young_;
  Generation old_;
};

}  // namespace setpoint::storage
