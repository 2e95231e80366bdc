#include "storage/git/pack_set.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/base/limits.h"
#include "storage/git/delta.h"

namespace setpoint::storage {

namespace {

namespace fs = std::filesystem;

constexpr unsigned kOffsetBits = 44;  // 16 TiB a pack.

uint64_t KeyOf(uint64_t pack_number, uint64_t offset) { return (pack_number << kOffsetBits) | offset; }

// The paths of all packs, without their extensions.
std::vector<std::string> ListStems(const std::vector<std::string>& object_directories) {
  std::vector<std::string> stems;
  for (const std::string& directory : object_directories) {
    std::error_code error;
    for (fs::directory_iterator entry(directory + "/pack", error); !error && entry != fs::directory_iterator();
         entry.increment(error)) {
      const fs::path& path = entry->path();
      if (path.extension() == ".idx") stems.push_back((path.parent_path() / path.stem()).string());
    }
  }
  return stems;
}

absl::Status Damaged(const ObjectId& id, const std::string& stem) {
  return absl::DataLossError(absl::StrCat("object ", id.Hex(), " cannot be read from the pack '", stem, "'"));
}

}  // namespace

void PackSet::Load(const std::vector<std::string>& object_directories) {
  const std::vector<std::string> stems = ListStems(object_directories);
  std::erase_if(packs_, [&stems](const std::unique_ptr<const Pack>& pack) {
    return std::find(stems.begin(), stems.end(), pack->stem) == stems.end();
  });
  unusable_.clear();
  for (const std::string& stem : stems) {
    const bool known =
        std::any_of(packs_.begin(), packs_.end(), [&stem](const auto& pack) { return pack->stem == stem; });
    if (known) continue;
    std::optional<PackFile> file = PackFile::Open(stem);
    if (file) {
      packs_.push_back(std::make_unique<const Pack>(Pack{next_number_++, stem, *std::move(file)}));
    } else {
      unusable_.push_back(stem);
    }
  }
}

absl::StatusOr<std::optional<ObjectView>> PackSet::View(const ObjectId& id) {
  const std::optional<Place> place = Find(id);
  if (!place) return std::nullopt;
  if (objects_viewed_ >= kReleaseEveryObjects || bytes_viewed_ >= kReleaseEveryBytes) ReleasePages();
  const std::optional<ObjectView> object = Resolve(*place);
  if (!object) return Damaged(id, place->pack->stem);
  ++objects_viewed_;
  bytes_viewed_ += object->bytes.size();
  return object;
}

absl::StatusOr<std::optional<ObjectReader::Header>> PackSet::ReadHeader(const ObjectId& id) {
  const std::optional<Place> place = Find(id);
  if (!place) return std::nullopt;
  const std::optional<ObjectReader::Header> header = HeaderOf(*place);
  if (!header) return Damaged(id, place->pack->stem);
  return header;
}

void PackSet::ReleasePages() {
  objects_viewed_ = 0;
  bytes_viewed_ = 0;
  for (const std::unique_ptr<const Pack>& pack : packs_) pack->file.Release();
}

std::optional<PackSet::Place> PackSet::Find(const ObjectId& id) {
  for (auto pack = packs_.begin(); pack != packs_.end(); ++pack) {
    const std::optional<uint64_t> offset = (*pack)->file.index().Find(id);
    if (!offset) continue;
    std::iter_swap(packs_.begin(), pack);  // Its neighbours in history are likely to be in it too.
    return Place{packs_.front().get(), *offset};
  }
  return std::nullopt;
}

std::optional<ObjectView> PackSet::Resolve(const Place& place) {
  const Pack& pack = *place.pack;
  chain_.clear();
  std::optional<ObjectView> object;
  for (uint64_t offset = place.offset; !object;) {
    object = recent_.Find(KeyOf(pack.number, offset));
    if (object) break;
    const std::optional<PackEntry> entry = pack.file.EntryAt(offset);
    if (!entry || chain_.size() > kDeltaChainMax) return std::nullopt;
    if (entry->is_delta) {
      chain_.push_back({offset, *entry});
      offset = entry->base_offset;
      continue;
    }
    object = Inflate(pack, offset, *entry);
    if (!object) return std::nullopt;
  }
  for (; object && !chain_.empty(); chain_.pop_back()) object = Apply(pack, *object, chain_.back());
  return object;
}

std::optional<ObjectView> PackSet::Inflate(const Pack& pack, uint64_t offset, const PackEntry& entry) {
  if (entry.size > kObjectBytesMax) return std::nullopt;
  char* const room = Room(entry.size);
  if (!inflater_.Inflate(entry.compressed, room, entry.size)) return std::nullopt;
  return Done(pack, offset, entry.type, room, entry.size);
}

std::optional<std::string_view> PackSet::InflateDelta(const PackEntry& entry) {
  if (entry.size > kObjectBytesMax) return std::nullopt;
  if (delta_.size() < entry.size) delta_.resize(entry.size);
  if (!inflater_.Inflate(entry.compressed, delta_.data(), entry.size)) return std::nullopt;
  return std::string_view(delta_.data(), entry.size);
}

std::optional<ObjectView> PackSet::Apply(const Pack& pack, const ObjectView& base, const Delta& delta) {
  const std::optional<std::string_view> bytes = InflateDelta(delta.entry);
  const std::optional<DeltaSizes> sizes = bytes ? ReadDeltaSizes(*bytes) : std::nullopt;
  if (!sizes || sizes->base != base.bytes.size() || sizes->result > kObjectBytesMax) return std::nullopt;
  char* const room = Room(sizes->result);
  if (!ApplyDelta(base.bytes, sizes->instructions, room, sizes->result)) return std::nullopt;
  return Done(pack, delta.offset, base.type, room, sizes->result);
}

char* PackSet::Room(size_t size) {
  if (size <= recent_.object_bytes_max()) return recent_.Reserve(size);
  large_next_ ^= 1;
  std::vector<char>& buffer = large_[large_next_];
  if (buffer.size() < size) buffer.resize(size);
  return buffer.data();
}

ObjectView PackSet::Done(const Pack& pack, uint64_t offset, ObjectType type, const char* bytes, size_t size) {
  if (size <= recent_.object_bytes_max()) recent_.Keep(KeyOf(pack.number, offset), type, size);
  return {type, {bytes, size}};
}

std::optional<ObjectReader::Header> PackSet::HeaderOf(const Place& place) {
  const Pack& pack = *place.pack;
  const std::optional<PackEntry> first = pack.file.EntryAt(place.offset);
  if (!first) return std::nullopt;
  if (!first->is_delta) return ObjectReader::Header{first->type, first->size};
  const std::optional<std::string_view> bytes = InflateDelta(*first);
  const std::optional<DeltaSizes> sizes = bytes ? ReadDeltaSizes(*bytes) : std::nullopt;
  std::optional<PackEntry> entry = first;
  for (size_t length = 0; entry && entry->is_delta && length <= kDeltaChainMax; ++length) {
    entry = pack.file.EntryAt(entry->base_offset);
  }
  if (!sizes || !entry || entry->is_delta) return std::nullopt;
  return ObjectReader::Header{entry->type, sizes->result};
}

}  // namespace setpoint::storage
