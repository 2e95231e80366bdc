#include "storage/git/pack_index.h"

#include <endian.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace setpoint::storage {

namespace {

constexpr std::string_view kMagic("\xfftOc\0\0\0\x02", 8);
constexpr size_t kFanOutBytes = size_t{256} * 4;
constexpr size_t kTrailerBytes = 40;  // Checksums of the pack and of the index.

constexpr int kInterpolationsMax = 16;

// The four bytes of an id that follow its first.
int64_t PrefixOf(const char* id) {
  uint32_t number = 0;
  std::memcpy(&number, id + 1, sizeof number);
  return be32toh(number);
}

}  // namespace

std::optional<PackIndex> PackIndex::Open(const std::string& path) {
  std::optional<MappedFile> file = MappedFile::Open(path);
  if (!file) return std::nullopt;
  PackIndex index(*std::move(file));
  if (!index.CheckShape()) return std::nullopt;
  return index;
}

bool PackIndex::CheckShape() {
  const std::string_view bytes = file_.bytes();
  if (bytes.size() < kMagic.size() + kFanOutBytes + kTrailerBytes) return false;
  is_version_1_ = bytes.substr(0, 4) != kMagic.substr(0, 4);
  if (!is_version_1_ && bytes.substr(0, kMagic.size()) != kMagic) return false;
  fan_out_ = is_version_1_ ? 0 : kMagic.size();
  for (uint32_t i = 1; i < 256; ++i) {
    if (FanOut(i) < FanOut(i - 1)) return false;
  }
  count_ = FanOut(255);
  const size_t entries = fan_out_ + kFanOutBytes;
  const size_t body = bytes.size() - entries - kTrailerBytes;
  if (is_version_1_) {
    offsets_ = entries;
    ids_ = entries + 4;
    offset_stride_ = id_stride_ = 4 + ObjectId::kSize;
    return body == count_ * id_stride_;
  }
  constexpr size_t kBytesEach = ObjectId::kSize + 4 + 4;  // Id, checksum, offset.
  if (body < count_ * kBytesEach || (body - count_ * kBytesEach) % 8 != 0) return false;
  ids_ = entries;
  id_stride_ = ObjectId::kSize;
  offsets_ = ids_ + size_t{count_} * (ObjectId::kSize + 4);
  offset_stride_ = 4;
  large_offsets_ = offsets_ + size_t{count_} * 4;
  large_count_ = (body - count_ * kBytesEach) / 8;
  return true;
}

uint32_t PackIndex::Number(size_t at) const {
  uint32_t number = 0;
  std::memcpy(&number, file_.bytes().data() + at, sizeof number);
  return be32toh(number);
}

uint32_t PackIndex::FanOut(uint32_t first_byte) const { return Number(fan_out_ + first_byte * size_t{4}); }

// Ids are spread evenly, so that the four bytes after the first say about where among those of its first byte an id is,
// and how far it is from any other. Two or three looks at memory do, where halving the range would take a dozen.
std::optional<uint64_t> PackIndex::Find(const ObjectId& id) const {
  uint32_t low = id.bytes[0] == 0 ? 0 : FanOut(id.bytes[0] - 1U);
  uint32_t high = FanOut(id.bytes[0]);
  const int64_t count = int64_t{high} - low;
  const int64_t wanted = PrefixOf(reinterpret_cast<const char*>(id.bytes.data()));
  int64_t position = low + ((count * wanted) >> 32);
  for (int looks = 0; low < high; ++looks) {
    if (looks >= kInterpolationsMax) position = low + (high - low) / 2;  // Not spread evenly at all.
    const char* const here = Id(static_cast<uint32_t>(position));
    const int order = std::memcmp(id.bytes.data(), here, ObjectId::kSize);
    if (order == 0) return OffsetAt(static_cast<uint32_t>(position));
    const int64_t distance = (count * (wanted - PrefixOf(here))) >> 32;
    if (order > 0) {
      low = static_cast<uint32_t>(position) + 1;
      position += std::max<int64_t>(distance, 1);
    } else {
      high = static_cast<uint32_t>(position);
      position += std::min<int64_t>(distance, -1);
    }
    position = std::clamp(position, int64_t{low}, std::max(int64_t{high} - 1, int64_t{low}));
  }
  return std::nullopt;
}

uint64_t PackIndex::OffsetAt(uint32_t position) const {
  constexpr uint32_t kIsLarge = uint32_t{1} << 31;
  const uint32_t offset = Number(offsets_ + position * offset_stride_);
  if (is_version_1_ || (offset & kIsLarge) == 0) return offset;
  const size_t large = offset & ~kIsLarge;
  if (large >= large_count_) return UINT64_MAX;  // No pack is so long: found out there.
  const size_t at = large_offsets_ + large * 8;
  return (uint64_t{Number(at)} << 32) | Number(at + 4);
}

}  // namespace setpoint::storage
