// The index of a pack (version 2, or 1 as before 2007): where each object begins. Checked for its shape on opening; its
// numbers are checked when they are used. May be read from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/base/object_id.h"
#include "storage/git/mapped_file.h"

namespace setpoint::storage {

class PackIndex {
 public:
  // Nothing where it cannot be read, is of another version or has not the shape of an index.
  static std::optional<PackIndex> Open(const std::string& path);

  // Where the object begins in the pack, if it is in it; may lie outside of a pack that is damaged.
  std::optional<uint64_t> Find(const ObjectId& id) const;

  // The checksum that the pack ends with.
  std::string_view pack_checksum() const { return file_.bytes().substr(file_.bytes().size() - 40, 20); }

 private:
  explicit PackIndex(MappedFile file) : file_(std::move(file)) {}

  bool CheckShape();
  uint32_t Number(size_t at) const;
  uint32_t FanOut(uint32_t first_byte) const;
  const char* Id(uint32_t position) const { return file_.bytes().data() + ids_ + position * id_stride_; }
  uint64_t OffsetAt(uint32_t position) const;

  MappedFile file_;
  uint32_t count_ = 0;
  size_t fan_out_ = 0;        // Where the numbers of ids up to each first byte begin,
  size_t ids_ = 0;            // the sorted ids,
  size_t id_stride_ = 0;      // (so far one from the next)
  size_t offsets_ = 0;        // the offsets of 31 bits (32 in version 1),
  size_t offset_stride_ = 0;  // (likewise)
  size_t large_offsets_ = 0;  // those that need more;
  size_t large_count_ = 0;    // and how many those are.
  bool is_version_1_ = false;
};

}  // namespace setpoint::storage
