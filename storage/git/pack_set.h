// All packs of some object folders, and the recent objects of them that this reader has seen. One thread at a time;
// sets over the same files know nothing of each other, so that each thread can have its own.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/base/object_id.h"
#include "storage/git/inflater.h"
#include "storage/git/object_reader.h"
#include "storage/git/pack_file.h"
#include "storage/git/recent_objects.h"

namespace setpoint::storage {

class PackSet {
 public:
  explicit PackSet(size_t cache_bytes) : recent_(cache_bytes) {}

  // Looks for packs in these folders; keeps those that are there still, forgets those that are gone.
  void Load(const std::vector<std::string>& object_directories);

  // The packs, by path without extension, that cannot be read: damaged, or of no version that we know.
  const std::vector<std::string>& unusable() const { return unusable_; }

  // Nothing where no usable pack has it. kDataLoss: the one that has it gives no well-formed object, or one beyond
  // kObjectBytesMax. The bytes last until the next call.
  absl::StatusOr<std::optional<ObjectView>> View(const ObjectId& id);
  absl::StatusOr<std::optional<ObjectReader::Header>> ReadHeader(const ObjectId& id);

 private:
  struct Pack {
    uint64_t number;  // Never used twice: the upper part of the keys of recent objects.
    std::string stem;
    PackFile file;
  };
  struct Place {
    const Pack* pack;
    uint64_t offset;
  };
  struct Delta {
    uint64_t offset;
    PackEntry entry;
  };

  // A walk over a whole history would make all of a pack part of this process's memory.
  static constexpr uint64_t kReleaseEveryObjects = uint64_t{1} << 16;
  static constexpr uint64_t kReleaseEveryBytes = uint64_t{64} << 20;  // Of objects; in the pack they are smaller.

  void ReleasePages();
  std::optional<Place> Find(const ObjectId& id);
  std::optional<ObjectReader::Header> HeaderOf(const Place& place);
  std::optional<ObjectView> Resolve(const Place& place);
  std::optional<ObjectView> Inflate(const Pack& pack, uint64_t offset, const PackEntry& entry);
  std::optional<ObjectView> Apply(const Pack& pack, const ObjectView& base, const Delta& delta);
  // The delta's bytes, in scratch memory.
  std::optional<std::string_view> InflateDelta(const PackEntry& entry);
  // Room for a result: in the ring, or for large ones in one of two buffers by turns, as its base may be in the other.
  char* Room(size_t size);
  ObjectView Done(const Pack& pack, uint64_t offset, ObjectType type, const char* bytes, size_t size);

  std::vector<std::unique_ptr<const Pack>> packs_;  // The one that had the last object first.
  std::vector<std::string> unusable_;
  uint64_t next_number_ = 1;
  RecentObjects recent_;
  Inflater inflater_;
  std::vector<Delta> chain_;    // From the object wanted to the last delta before a known base.
  std::vector<char> delta_;     // Decompressed instructions.
  std::vector<char> large_[2];  // Objects that the ring is too small for.
  size_t large_next_ = 0;
  // Since the pages were released.
  uint64_t objects_viewed_ = 0;
  uint64_t bytes_viewed_ = 0;
};

}  // namespace setpoint::storage
