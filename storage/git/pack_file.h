// A pack and its index: finds where an object begins and reads the header there. May be read from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/base/object_id.h"
#include "storage/git/mapped_file.h"
#include "storage/git/object_reader.h"
#include "storage/git/pack_index.h"

namespace setpoint::storage {

// What stands at an offset of a pack.
struct PackEntry {
  bool is_delta = false;
  ObjectType type = ObjectType::kBlob;  // Of whole objects.
  uint64_t base_offset = 0;             // Of deltas.
  uint64_t size = 0;                    // Of the object or of the delta, decompressed.
  std::string_view compressed;          // Begins with the stream; where it ends only the stream itself tells.
};

class PackFile {
 public:
  // `stem` is the path without ".pack" and ".idx". Nothing where either cannot be read, or they do not fit together.
  static std::optional<PackFile> Open(const std::string& stem);

  const PackIndex& index() const { return index_; }

  // MappedFile::Release, of the pack.
  void Release() const { file_.Release(); }

  // Nothing where no well-formed entry begins there, or where its delta is against an object of another pack.
  std::optional<PackEntry> EntryAt(uint64_t offset) const;

 private:
  PackFile(MappedFile file, PackIndex index) : file_(std::move(file)), index_(std::move(index)) {}

  MappedFile file_;
  PackIndex index_;
};

}  // namespace setpoint::storage
