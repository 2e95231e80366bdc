// What was used a short while ago, in two generations: what is asked for again moves to the young one; when that is
// full it becomes the old one, and what was old is forgotten. One thread at a time.
#pragma once

#include <cstddef>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace setpoint::storage {

// Values are copied out of it: cheap ones, or shared.
template <typename Key, typename Value>
class RecentlyUsed {
 public:
  // Keeps what costs about `bytes_max` together.
  explicit RecentlyUsed(size_t bytes_max) : generation_bytes_max_(bytes_max / 2) {}

  // Null: it is not here. Valid until the next call. `key` is anything that finds a key.
  template <typename Likeness>
  const Value* Find(const Likeness& key) {
    if (const auto found = young_.find(key); found != young_.end()) return &found->second.value;
    const auto found = old_.find(key);
    if (found == old_.end()) return nullptr;
    Key moved = found->first;
    Kept kept = std::move(found->second);
    old_.erase(found);
    return Keep(std::move(moved), std::move(kept));
  }

  // `bytes`: what it costs in memory beside its place in the table.
  void Keep(Key key, Value value, size_t bytes) { Keep(std::move(key), Kept{std::move(value), bytes + kPlaceBytes}); }

 private:
  struct Kept {
    Value value;
    size_t bytes = 0;
  };
  using Generation = absl::flat_hash_map<Key, Kept>;

  // A place, at the share of places that are taken.
  static constexpr size_t kPlaceBytes = 2 * sizeof(typename Generation::value_type);

  const Value* Keep(Key key, Kept kept) {
    if (young_bytes_ + kept.bytes > generation_bytes_max_) {
      std::swap(old_, young_);
      young_.clear();
      young_bytes_ = 0;
    }
    young_bytes_ += kept.bytes;
    return &young_.insert_or_assign(std::move(key), std::move(kept)).first->second.value;
  }

  const size_t generation_bytes_max_;
  size_t young_bytes_ = 0;
  Generation young_;
  Generation old_;
};

}  // namespace setpoint::storage
