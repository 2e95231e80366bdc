#include "storage/git/recent_objects.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <tuple>

#include "storage/base/check.h"

namespace setpoint::storage {

namespace {

// A quarter of what commits, trees and small files come to: a slot costs little, and a full bucket forgets early.
constexpr size_t kExpectedObjectBytes = 256;

constexpr size_t kHugePageBytes = size_t{2} << 20;

}  // namespace

void RecentObjects::Free::operator()(char* ring) const { std::free(ring); }

RecentObjects::RecentObjects(size_t capacity)
    : capacity_(std::max<size_t>(capacity, 16 * kHeaderBytes)),
      head_(capacity_),  // Not 0, which marks empty slots.
      buckets_(std::bit_ceil(capacity_ / kExpectedObjectBytes / std::tuple_size<decltype(Bucket::slots)>() + 1)) {
  const size_t bytes = (capacity_ + kHugePageBytes - 1) / kHugePageBytes * kHugePageBytes;
  ring_.reset(static_cast<char*>(std::aligned_alloc(kHugePageBytes, bytes)));
  SETPOINT_CHECK(ring_ != nullptr, "no memory for recent objects");
  madvise(ring_.get(), bytes, MADV_HUGEPAGE);  // A hint: fewer faults and fewer misses of the translation cache.
}

RecentObjects::Bucket& RecentObjects::BucketOf(uint64_t key) {
  const uint64_t hash = (key * 0x9e3779b97f4a7c15U) >> 32;
  return buckets_[hash & (buckets_.size() - 1)];
}

ObjectView RecentObjects::ViewAt(uint64_t position) {
  Header header;
  std::memcpy(&header, At(position), sizeof header);
  return {header.type, {At(position) + kHeaderBytes, header.size}};
}

std::optional<ObjectView> RecentObjects::Find(uint64_t key) {
  for (Slot& slot : BucketOf(key).slots) {
    if (slot.key != key || !IsAlive(slot)) continue;
    const ObjectView found = ViewAt(slot.position);
    if (head_ - slot.position <= capacity_ / 2) return found;
    // Reserve may give what it is copied from, or a part of it: hence memmove.
    char* const to = Reserve(found.bytes.size());
    std::memmove(to, found.bytes.data(), found.bytes.size());
    Keep(key, found.type, found.bytes.size());
    return ViewAt(reserved_);
  }
  return std::nullopt;
}

char* RecentObjects::Reserve(size_t size) {
  SETPOINT_CHECK(size <= object_bytes_max(), "an object too large for the ring");
  const size_t whole = size + kHeaderBytes;
  const size_t before_end = capacity_ - head_ % capacity_;
  if (whole > before_end) head_ += before_end;  // Objects are not split.
  reserved_ = head_;
  head_ += whole;
  return At(reserved_) + kHeaderBytes;
}

void RecentObjects::Keep(uint64_t key, ObjectType type, size_t size) {
  const Header header{static_cast<uint32_t>(size), type};
  std::memcpy(At(reserved_), &header, sizeof header);
  const auto rank = [this, key](const Slot& slot) {
    if (slot.key == key) return uint64_t{0};
    return IsAlive(slot) ? slot.position : uint64_t{1};
  };
  auto& slots = BucketOf(key).slots;
  Slot* const slot = std::min_element(
      slots.begin(), slots.end(), [&rank](const Slot& left, const Slot& right) { return rank(left) < rank(right); });
  *slot = {.key = key, .position = reserved_};
}

}  // namespace setpoint::storage
