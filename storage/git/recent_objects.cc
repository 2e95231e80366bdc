#include "storage/git/recent_objects.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "storage/base/check.h"

namespace setpoint::storage {

namespace {

// A quarter of what commits, trees and small files come to: a slot costs little, and a full bucket forgets early.
constexpr size_t kExpectedObjectBytes = 256;

}  // namespace

RecentObjects::RecentObjects(size_t capacity)
    : capacity_(std::max<size_t>(capacity, 64)),
      ring_(std::make_unique_for_overwrite<char[]>(capacity_)),
      head_(capacity_),  // Not 0, which marks empty slots.
      slots_(std::bit_ceil(std::max(capacity_ / kExpectedObjectBytes, kSlotsPerBucket))) {}

RecentObjects::Slot* RecentObjects::Bucket(uint64_t key) {
  const uint64_t hash = (key * 0x9e3779b97f4a7c15U) >> 20;
  return &slots_[hash * kSlotsPerBucket % slots_.size()];
}

std::optional<ObjectView> RecentObjects::Find(uint64_t key) {
  Slot* const bucket = Bucket(key);
  for (Slot* slot = bucket; slot != bucket + kSlotsPerBucket; ++slot) {
    if (slot->key != key || !IsAlive(*slot)) continue;
    if (head_ - slot->position > capacity_ / 2) {
      // Reserve may overwrite what it copies from: by then only a part lies before the head, hence memmove.
      const char* from = At(slot->position);
      char* to = Reserve(slot->size);
      std::memmove(to, from, slot->size);
      slot->position = reserved_;
    }
    return ObjectView{slot->type, {At(slot->position), slot->size}};
  }
  return std::nullopt;
}

char* RecentObjects::Reserve(size_t size) {
  SETPOINT_CHECK(size <= object_bytes_max(), "an object too large for the ring");
  const size_t before_end = capacity_ - head_ % capacity_;
  if (size > before_end) head_ += before_end;  // Objects are not split.
  reserved_ = head_;
  head_ += size;
  return At(reserved_);
}

void RecentObjects::Keep(uint64_t key, ObjectType type, size_t size) {
  Slot* const bucket = Bucket(key);
  const auto rank = [this, key](const Slot& slot) {
    if (slot.key == key) return uint64_t{0};
    return IsAlive(slot) ? slot.position : uint64_t{1};
  };
  Slot* const slot = std::min_element(bucket, bucket + kSlotsPerBucket, [&rank](const Slot& left, const Slot& right) {
    return rank(left) < rank(right);
  });
  *slot = {.key = key, .position = reserved_, .size = static_cast<uint32_t>(size), .type = type};
}

}  // namespace setpoint::storage
