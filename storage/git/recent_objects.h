// The objects that were read last, in a ring of bytes: each new one is written behind the one before and overwrites the
// oldest. As the bases of deltas are read again and again, one that is asked for when half the ring has been written
// since is written again. No allocation for any object, no list to keep. One thread at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "storage/git/object_reader.h"

namespace setpoint::storage {

class RecentObjects {
 public:
  static constexpr size_t kHeaderBytes = 8;

  // Takes `capacity` bytes of address space at once, and memory as it fills.
  explicit RecentObjects(size_t capacity);

  // Objects above this have no place here.
  size_t object_bytes_max() const { return capacity_ / 8 - kHeaderBytes; }

  // The object of that key, if it is still here. Its bytes last over one Reserve after it, and no longer.
  std::optional<ObjectView> Find(uint64_t key);

  // Room for an object of `size` ≤ object_bytes_max() bytes, to be filled and then given to Keep, or left. All that
  // Find gave and Keep was given within the last half of the ring stays where it is.
  char* Reserve(size_t size);

  // The `size` bytes reserved last are that object. A key is kept once.
  void Keep(uint64_t key, ObjectType type, size_t size);

 private:
  // Precedes the bytes of each object in the ring.
  struct Header {
    uint32_t size = 0;
    ObjectType type = ObjectType::kBlob;
  };
  struct Slot {
    uint64_t key = 0;
    uint64_t position = 0;  // Of the header; counts all bytes ever written; 0: an empty slot.
  };
  // One line of memory.
  struct alignas(64) Bucket {
    std::array<Slot, 4> slots;
  };
  struct Free {
    void operator()(char* ring) const;
  };

  Bucket& BucketOf(uint64_t key);
  bool IsAlive(const Slot& slot) const { return slot.position != 0 && head_ <= slot.position + capacity_; }
  char* At(uint64_t position) { return ring_.get() + position % capacity_; }
  ObjectView ViewAt(uint64_t position);

  const size_t capacity_;
  std::unique_ptr<char, Free> ring_;
  uint64_t head_;                // Where the next object goes.
  uint64_t reserved_ = 0;        // Where the one reserved last begins.
  std::vector<Bucket> buckets_;  // Their number is a power of two.
};

}  // namespace setpoint::storage
