#include "storage/git/tree_cursor.h"

#include <algorithm>

namespace setpoint::storage {

namespace {

int CompareNames(std::string_view left, bool left_is_tree, std::string_view right, bool right_is_tree) {
  const size_t common = std::min(left.size(), right.size());
  if (const int order = std::memcmp(left.data(), right.data(), common); order != 0) return order;
  const auto tail = [common](std::string_view name, bool is_tree) {
    return name.size() > common ? static_cast<uint8_t>(name[common]) : is_tree ? uint8_t{'/'} : uint8_t{0};
  };
  return int{tail(left, left_is_tree)} - int{tail(right, right_is_tree)};
}

}  // namespace

int TreeCursor::Compare(const TreeCursor& other) const {
  if (AtEnd() || other.AtEnd()) return int{AtEnd()} - int{other.AtEnd()};
  return CompareNames(name_, IsTree(), other.name_, other.IsTree());
}

bool TreeCursor::Advance() {
  const std::string_view last_name = name_;
  const bool last_is_tree = IsTree();
  at_ = next_;
  if (at_ == end_) return true;
  if (!Parse()) return false;
  return last_name.empty() || CompareNames(last_name, last_is_tree, name_, IsTree()) < 0;
}

// Reads the entry at `at_`: octal mode, space, name, zero byte, id.
bool TreeCursor::Parse() {
  const char* p = at_;
  uint32_t mode = 0;
  while (p != end_ && *p >= '0' && *p <= '7' && p - at_ < 7) mode = mode * 8 + static_cast<uint32_t>(*p++ - '0');
  if (p == at_ || p == end_ || *p != ' ') return false;
  ++p;
  const auto* zero = static_cast<const char*>(std::memchr(p, 0, static_cast<size_t>(end_ - p)));
  if (zero == nullptr || zero == p || static_cast<size_t>(end_ - zero - 1) < ObjectId::kSize) return false;
  name_ = {p, static_cast<size_t>(zero - p)};
  mode_ = NormalizeMode(mode);
  next_ = zero + 1 + ObjectId::kSize;
  return name_.find('/') == std::string_view::npos;
}

void TreeCursor::SkipWithin(size_t bytes) {
  const char* const limit = next_ + bytes;
  const char* last = nullptr;
  for (const char* p = next_; p != end_;) {
    const auto* zero = static_cast<const char*>(std::memchr(p, 0, static_cast<size_t>(end_ - p)));
    if (zero == nullptr || limit - zero <= static_cast<std::ptrdiff_t>(ObjectId::kSize)) break;
    last = p;
    p = zero + 1 + ObjectId::kSize;
  }
  if (last == nullptr) return;
  at_ = last;
  Parse();
}

}  // namespace setpoint::storage
