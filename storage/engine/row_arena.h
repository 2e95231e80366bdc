// Rows in the order they were put, in few large blocks: appending costs one copy and no allocation of its own.
// One thread at a time. Views stay valid as long as the arena lives (also when it is moved).
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace setpoint::storage {

// One row: the value's bytes stand right behind the key's.
class ArenaRow {
 public:
  std::string_view key() const { return {data_, key_size_}; }
  std::string_view value() const { return {data_ + key_size_, value_size_}; }
  bool deleted() const { return deleted_; }

  // Order by key bytes, and of equal keys by when they were put. The first eight bytes decide mostly, and are at hand.
  friend bool operator<(const ArenaRow& a, const ArenaRow& b) {
    if (a.head_ != b.head_) return a.head_ < b.head_;
    const int order = a.key().compare(b.key());
    return order != 0 ? order < 0 : a.number_ < b.number_;
  }

 private:
  friend class RowArena;

  uint64_t head_ = 0;  // The key's first eight bytes as a number, padded with zero bytes.
  const char* data_ = nullptr;
  uint32_t key_size_ = 0;
  uint32_t value_size_ = 0;
  uint32_t number_ = 0;  // Of rows put before.
  bool deleted_ = false;
};
static_assert(sizeof(ArenaRow) == 32);

class RowArena {
 public:
  RowArena() = default;
  RowArena(RowArena&& other) noexcept { Swap(other); }
  RowArena& operator=(RowArena&& other) noexcept {
    RowArena emptied(std::move(other));
    Swap(emptied);
    return *this;
  }

  void Put(std::string_view key, std::string_view value) { Append(key, value, Kind::kPut); }
  void Delete(std::string_view key) { Append(key, {}, Kind::kDelete); }

  const std::vector<ArenaRow>& rows() const { return rows_; }
  bool empty() const { return rows_.empty(); }
  // Bytes of keys and values, and what it costs to keep track of them.
  size_t bytes() const { return bytes_; }

  // Brings the rows into key order; of several rows of one key the last one put stays.
  void Sort();

 private:
  enum class Kind { kPut, kDelete };

  void Swap(RowArena& other) noexcept;
  void Append(std::string_view key, std::string_view value, Kind kind);
  char* Allocate(size_t size);

  struct Free {
    void operator()(char* block) const { std::free(block); }
  };
  using Block = std::unique_ptr<char, Free>;
  static Block MakeBlock(size_t size);

  std::vector<Block> blocks_;
  char* free_ = nullptr;  // The unused rest of the last block.
  size_t free_size_ = 0;
  std::vector<ArenaRow> rows_;
  size_t bytes_ = 0;
};

}  // namespace setpoint::storage
