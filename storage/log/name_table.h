// Names of one kind and their dense ids, in memory: the n-th name added has the id n. The bytes stand one after another
// in large blocks that never move, so that a view of a name stays valid as long as the table. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"

namespace setpoint::storage {

class NameTable {
 public:
  NameTable() : ids_(0, Hash{this}, Equal{this}) {}
  NameTable(const NameTable&) = delete;
  NameTable& operator=(const NameTable&) = delete;

  // 0 where there is no such name.
  uint32_t Find(std::string_view name) const;
  // `id` must have been given out.
  std::string_view NameOf(uint32_t id) const;
  // Adds a name; its id. 0, and nothing happens, where it is there already.
  uint32_t Add(std::string_view name);
  // Makes room for so many names, so that adding them is quick.
  void Reserve(uint32_t count);
  uint32_t size() const { return static_cast<uint32_t>(names_.size()); }

 private:
  // The set keeps ids only, and looks at the names here: four bytes a name instead of a view of sixteen.
  struct Hash {
    using is_transparent = void;
    // Abseil hashes its own views in place of the standard's faster.
    size_t operator()(std::string_view name) const {
      return absl::Hash<absl::string_view>()(absl::string_view(name.data(), name.size()));
    }
    size_t operator()(uint32_t id) const { return (*this)(table->NameOf(id)); }
    const NameTable* table;
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(uint32_t a, uint32_t b) const { return table->NameOf(a) == table->NameOf(b); }
    bool operator()(uint32_t id, std::string_view name) const { return table->NameOf(id) == name; }
    bool operator()(std::string_view name, uint32_t id) const { return table->NameOf(id) == name; }
    const NameTable* table;
  };

  std::string_view Copy(std::string_view name);

  std::vector<std::unique_ptr<char[]>> blocks_;
  char* free_ = nullptr;  // The unused rest of the last block.
  size_t free_size_ = 0;
  std::vector<std::string_view> names_;  // names_[id - 1], into the blocks.
  absl::flat_hash_set<uint32_t, Hash, Equal> ids_;
};

}  // namespace setpoint::storage
