#include "storage/git/pack_file.h"

#include <utility>

namespace setpoint::storage {

namespace {

constexpr size_t kHeaderBytes = 12;       // "PACK", version, number of objects.
constexpr size_t kTrailerBytes = 20;      // The checksum.
constexpr uint64_t kExpansionMax = 1100;  // No stream of zlib decompresses to more times its size.

// The type and size that an entry begins with. False where it is cut short.
bool TakeTypeAndSize(std::string_view& text, uint32_t& type, uint64_t& size) {
  if (text.empty()) return false;
  auto byte = static_cast<uint8_t>(text.front());
  text.remove_prefix(1);
  type = (byte >> 4) & 7;
  size = byte & 15;
  for (unsigned shift = 4; (byte & 0x80) != 0; shift += 7) {
    if (text.empty() || shift > 56) return false;
    byte = static_cast<uint8_t>(text.front());
    text.remove_prefix(1);
    size |= uint64_t{byte & 0x7fU} << shift;
  }
  return true;
}

// How far before the delta its base begins; most significant bits first, each further byte adding one.
bool TakeDistance(std::string_view& text, uint64_t& distance) {
  distance = 0;
  for (int bytes = 0; bytes < 9 && !text.empty(); ++bytes) {
    const auto byte = static_cast<uint8_t>(text.front());
    text.remove_prefix(1);
    distance = (distance << 7) | (byte & 0x7f);
    if ((byte & 0x80) == 0) return true;
    ++distance;
  }
  return false;
}

}  // namespace

std::optional<PackFile> PackFile::Open(const std::string& stem) {
  std::optional<PackIndex> index = PackIndex::Open(stem + ".idx");
  if (!index) return std::nullopt;
  std::optional<MappedFile> file = MappedFile::Open(stem + ".pack");
  if (!file || file->bytes().size() < kHeaderBytes + kTrailerBytes) return std::nullopt;
  const std::string_view bytes = file->bytes();
  if (bytes.substr(0, 4) != "PACK" || bytes.substr(bytes.size() - kTrailerBytes) != index->pack_checksum()) {
    return std::nullopt;
  }
  return PackFile(*std::move(file), *std::move(index));
}

std::optional<PackEntry> PackFile::EntryAt(uint64_t offset) const {
  const uint64_t end = file_.bytes().size() - kTrailerBytes;
  if (offset < kHeaderBytes || offset >= end) return std::nullopt;
  std::string_view rest = file_.bytes().substr(offset, end - offset);
  PackEntry entry;
  uint32_t type = 0;
  if (!TakeTypeAndSize(rest, type, entry.size)) return std::nullopt;
  switch (type) {
    case 1:
      entry.type = ObjectType::kCommit;
      break;
    case 2:
      entry.type = ObjectType::kTree;
      break;
    case 3:
      entry.type = ObjectType::kBlob;
      break;
    case 4:
      entry.type = ObjectType::kTag;
      break;
    case 6: {
      uint64_t distance = 0;
      if (!TakeDistance(rest, distance) || distance == 0 || distance > offset) return std::nullopt;
      entry.is_delta = true;
      entry.base_offset = offset - distance;
      break;
    }
    case 7: {
      const std::optional<ObjectId> base = ObjectId::FromBytes(rest.substr(0, ObjectId::kSize));
      const std::optional<uint64_t> base_offset = base ? index_.Find(*base) : std::nullopt;
      if (!base_offset) return std::nullopt;
      rest.remove_prefix(ObjectId::kSize);
      entry.is_delta = true;
      entry.base_offset = *base_offset;
      break;
    }
    default:
      return std::nullopt;
  }
  if (entry.size > rest.size() * kExpansionMax) return std::nullopt;
  entry.compressed = rest;
  return entry;
}

}  // namespace setpoint::storage
