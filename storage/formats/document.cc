#include "storage/formats/document.h"

#include <algorithm>
#include <cstring>

namespace setpoint::storage {
namespace {

constexpr size_t kChunkBytes = size_t{64} << 10;
constexpr size_t kKeptNodes = size_t{64} << 10;

}  // namespace

void Document::Clear() {
  nodes_.clear();
  // One huge document must not keep its memory for as long as the thread lives.
  if (nodes_.capacity() > kKeptNodes) nodes_.shrink_to_fit();
  tags_.clear();
  if (chunks_.size() > 1) chunks_.clear();
  chunk_used_ = 0;
  chunk_size_ = chunks_.empty() ? 0 : kChunkBytes;
}

std::string_view Document::Keep(std::string_view text) {
  if (text.empty()) return {};
  if (chunk_size_ - chunk_used_ < text.size()) {
    // The first chunk is always of the common size, so that Clear knows what it keeps.
    if (chunks_.empty() && text.size() > kChunkBytes)
      chunks_.push_back(std::make_unique_for_overwrite<char[]>(kChunkBytes));
    chunk_size_ = std::max(kChunkBytes, text.size());
    chunks_.push_back(std::make_unique_for_overwrite<char[]>(chunk_size_));
    chunk_used_ = 0;
  }
  char* const copy = chunks_.back().get() + chunk_used_;
  std::memcpy(copy, text.data(), text.size());
  chunk_used_ += text.size();
  return {copy, text.size()};
}

uint16_t Document::InternTag(std::string_view tag) {
  const auto found = std::find(tags_.begin(), tags_.end(), tag);
  if (found != tags_.end()) return static_cast<uint16_t>(found - tags_.begin() + 1);
  constexpr size_t kTagsMax = 1000;  // They are searched one by one.
  if (tags_.size() >= kTagsMax) return 0;
  tags_.emplace_back(tag);
  return static_cast<uint16_t>(tags_.size());
}

}  // namespace setpoint::storage
