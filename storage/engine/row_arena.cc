#include "storage/engine/row_arena.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>

#include "storage/base/check.h"

namespace setpoint::storage {
namespace {

// Blocks double from the first size to the last: a small batch stays small.
constexpr size_t kBlockBytesMin = size_t{4} << 10;
constexpr size_t kBlockBytesMax = size_t{2} << 20;
// A block as large as a huge page is one, where the system has them: filling it costs one fault instead of 512.
constexpr size_t kHugePageBytes = size_t{2} << 20;
// A row that would waste much of a block gets one of its own.
constexpr size_t kOwnBlockBytesMin = kBlockBytesMax / 8;

uint64_t HeadOf(std::string_view key) {
  uint64_t head = 0;
  for (size_t i = 0; i < 8; ++i) head = (head << 8) | (i < key.size() ? static_cast<uint8_t>(key[i]) : 0);
  return head;
}

}  // namespace

void RowArena::Swap(RowArena& other) noexcept {
  blocks_.swap(other.blocks_);
  std::swap(free_, other.free_);
  std::swap(free_size_, other.free_size_);
  rows_.swap(other.rows_);
  std::swap(bytes_, other.bytes_);
}

RowArena::Block RowArena::MakeBlock(size_t size) {
  if (size != kHugePageBytes) {
    Block block(static_cast<char*>(std::malloc(size)));
    SETPOINT_CHECK(block != nullptr, "out of memory");
    return block;
  }
  Block block(static_cast<char*>(std::aligned_alloc(kHugePageBytes, size)));
  SETPOINT_CHECK(block != nullptr, "out of memory");
  madvise(block.get(), size, MADV_HUGEPAGE);  // A hint: refused where there are none.
  return block;
}

char* RowArena::Allocate(size_t size) {
  if (size <= free_size_) {
    char* const allocated = free_;
    free_ += size;
    free_size_ -= size;
    return allocated;
  }
  if (size >= kOwnBlockBytesMin) return blocks_.emplace_back(MakeBlock(size)).get();
  const size_t grown = std::min(kBlockBytesMax, kBlockBytesMin << std::min<size_t>(blocks_.size(), 16));
  const size_t block_size = std::max(grown, size);
  free_ = blocks_.emplace_back(MakeBlock(block_size)).get();
  free_size_ = block_size;
  return Allocate(size);
}

void RowArena::Append(std::string_view key, std::string_view value, Kind kind) {
  SETPOINT_CHECK(!key.empty() && key.size() <= UINT32_MAX, "a row needs a key");
  SETPOINT_CHECK(value.size() <= UINT32_MAX && rows_.size() < UINT32_MAX, "an arena holds rows below 4 GiB");
  char* const data = Allocate(key.size() + value.size());
  std::memcpy(data, key.data(), key.size());
  if (!value.empty()) std::memcpy(data + key.size(), value.data(), value.size());
  ArenaRow& row = rows_.emplace_back();
  row.head_ = HeadOf(key);
  row.data_ = data;
  row.key_size_ = static_cast<uint32_t>(key.size());
  row.value_size_ = static_cast<uint32_t>(value.size());
  row.number_ = static_cast<uint32_t>(rows_.size() - 1);
  row.deleted_ = kind == Kind::kDelete;
  bytes_ += key.size() + value.size() + sizeof(ArenaRow);
}

void RowArena::Sort() {
  // Many families are put in key order already (the log, steps, times).
  if (!std::is_sorted(rows_.begin(), rows_.end())) std::sort(rows_.begin(), rows_.end());
  size_t kept = 0;
  for (size_t i = 0; i < rows_.size(); ++i) {
    const bool overwritten = i + 1 < rows_.size() && rows_[i].key() == rows_[i + 1].key();
    if (!overwritten) rows_[kept++] = rows_[i];
  }
  rows_.resize(kept);
}

}  // namespace setpoint::storage
