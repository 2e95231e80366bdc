// Raw trees that were read a short while ago. One thread at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "storage/base/object_id.h"
#include "storage/base/recently_used.h"
#include "storage/git/object_reader.h"

namespace setpoint::storage {

class TreeCache {
 public:
  // Shared, as a walk goes on using the trees of its path when the cache has forgotten them.
  using Tree = std::shared_ptr<const std::string>;

  // Keeps about `bytes_max`. The reader outlives the cache.
  TreeCache(ObjectReader& reader, size_t bytes_max) : reader_(reader), trees_(bytes_max) {}

  // kNotFound where the tree is missing, kDataLoss where the object is none.
  absl::StatusOr<Tree> Get(const ObjectId& id);

 private:
  ObjectReader& reader_;
  RecentlyUsed<ObjectId, Tree> trees_;
};

}  // namespace setpoint::storage
