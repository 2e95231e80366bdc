#include "storage/log/name_table.h"

#include <algorithm>
#include <cstring>

#include "storage/base/check.h"

namespace setpoint::storage {
namespace {

constexpr size_t kBlockBytes = size_t{64} << 10;

}  // namespace

uint32_t NameTable::Find(std::string_view name) const {
  const auto found = ids_.find(name);
  return found == ids_.end() ? 0 : *found;
}

std::string_view NameTable::NameOf(uint32_t id) const {
  SETPOINT_CHECK(id != 0 && id <= names_.size(), "the id of a name was given out");
  return names_[id - 1];
}

uint32_t NameTable::Add(std::string_view name) {
  SETPOINT_CHECK(names_.size() < UINT32_MAX, "ids of names are used up");
  names_.push_back(Copy(name));
  const uint32_t id = size();
  if (ids_.insert(id).second) return id;
  names_.pop_back();
  return 0;
}

void NameTable::Reserve(uint32_t count) {
  names_.reserve(count);
  ids_.reserve(count);
}

std::string_view NameTable::Copy(std::string_view name) {
  if (name.size() > free_size_) {
    free_size_ = std::max(kBlockBytes, name.size());
    free_ = blocks_.emplace_back(std::make_unique_for_overwrite<char[]>(free_size_)).get();
  }
  const std::string_view copy(free_, name.size());
  if (!name.empty()) std::memcpy(free_, name.data(), name.size());
  free_ += name.size();
  free_size_ -= name.size();
  return copy;
}

}  // namespace setpoint::storage
