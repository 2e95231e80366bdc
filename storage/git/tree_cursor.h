// Walks over the entries of one raw tree, in its own order: by name bytes, a folder's name compared as if it ended in
// '/'. That is also the byte order of the paths below, so that a merge of two cursors meets paths in order.
// A value type over bytes of somebody else.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "storage/base/file_mode.h"
#include "storage/base/object_id.h"

namespace setpoint::storage {

class TreeCursor {
 public:
  TreeCursor() = default;
  // Stands before the first entry; call Advance.
  explicit TreeCursor(std::string_view raw) : at_(raw.data()), next_(raw.data()), end_(raw.data() + raw.size()) {}

  // Goes to the next entry, or to the end. False where the bytes there are no entry: cut short, a mode that is no octal
  // number, an empty name or one with '/', or an order other than Git's (which also finds an entry given twice).
  bool Advance();

  bool AtEnd() const { return at_ == end_; }

  // The entry here, which is there unless AtEnd.
  std::string_view name() const { return name_; }
  FileMode mode() const { return mode_; }
  bool IsTree() const { return mode_ == FileMode::kTree; }
  ObjectId id() const {
    ObjectId id;
    std::memcpy(id.bytes.data(), next_ - ObjectId::kSize, ObjectId::kSize);
    return id;
  }
  bool SameId(const TreeCursor& other) const {
    return std::memcmp(next_ - ObjectId::kSize, other.next_ - ObjectId::kSize, ObjectId::kSize) == 0;
  }

  // Negative, zero or positive as this entry stands before, with or after the other's in Git's order. The end stands
  // after every entry. Zero means: same name, and both folders or neither.
  int Compare(const TreeCursor& other) const;

  // The bytes after the entry here.
  std::string_view Rest() const { return {next_, static_cast<size_t>(end_ - next_)}; }

  // Takes the whole entries off that lie within the next `bytes` bytes, known to be good. Stands on the last of them.
  void SkipWithin(size_t bytes);
  void SkipToEnd() { at_ = next_ = end_; }

 private:
  bool Parse();

  const char* at_ = nullptr;    // The entry here, or the end.
  const char* next_ = nullptr;  // The entry after.
  const char* end_ = nullptr;
  std::string_view name_;
  FileMode mode_ = FileMode::kAbsent;
};

}  // namespace setpoint::storage
