// Pairs that are found by either half, each pair kept once: two sets of row numbers over one list. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "storage/base/check.h"

namespace setpoint::storage {

// Left and Right are two different types with equality and AbslHashValue.
template <typename Left, typename Right>
class TwoWayTable {
 public:
  TwoWayTable()
      : by_left_(0, Hash<Left>{this}, Equal<Left>{this}), by_right_(0, Hash<Right>{this}, Equal<Right>{this}) {}
  TwoWayTable(const TwoWayTable&) = delete;
  TwoWayTable& operator=(const TwoWayTable&) = delete;

  // Null where there is none. Valid as long as the table.
  const Right* FindByLeft(const Left& left) const {
    const auto found = by_left_.find(left);
    return found == by_left_.end() ? nullptr : &pairs_[*found].second;
  }
  const Left* FindByRight(const Right& right) const {
    const auto found = by_right_.find(right);
    return found == by_right_.end() ? nullptr : &pairs_[*found].first;
  }

  // Asks memory for what FindByRight is about to read of that half.
  void PrefetchRight(const Right& right) const { by_right_.prefetch(right); }

  // False, and nothing happens, where either half is there already.
  bool Add(const Left& left, const Right& right) {
    SETPOINT_CHECK(pairs_.size() < UINT32_MAX, "a table of pairs is full");
    if (by_left_.contains(left) || by_right_.contains(right)) return false;
    pairs_.emplace_back(left, right);
    const uint32_t row = static_cast<uint32_t>(pairs_.size() - 1);
    by_left_.insert(row);
    by_right_.insert(row);
    return true;
  }

  // Takes all pairs of an empty table at once: far quicker than one by one. False, and the table is of no use, where
  // one half is there twice.
  bool Fill(std::deque<std::pair<Left, Right>> pairs) {
    SETPOINT_CHECK(pairs_.empty() && pairs.size() < UINT32_MAX, "only an empty table is filled");
    pairs_ = std::move(pairs);
    by_left_.reserve(pairs_.size());
    by_right_.reserve(pairs_.size());
    for (uint32_t row = 0; row < pairs_.size(); ++row) {
      if (!by_left_.insert(row).second || !by_right_.insert(row).second) return false;
    }
    return true;
  }

  size_t size() const { return pairs_.size(); }

 private:
  const Left& HalfOf(uint32_t row, const Left*) const { return pairs_[row].first; }
  const Right& HalfOf(uint32_t row, const Right*) const { return pairs_[row].second; }

  template <typename Half>
  struct Hash {
    using is_transparent = void;
    size_t operator()(const Half& half) const { return absl::Hash<Half>()(half); }
    size_t operator()(uint32_t row) const { return (*this)(table->HalfOf(row, static_cast<const Half*>(nullptr))); }
    const TwoWayTable* table;
  };
  template <typename Half>
  struct Equal {
    using is_transparent = void;
    bool operator()(uint32_t a, uint32_t b) const {
      return (*this)(a, table->HalfOf(b, static_cast<const Half*>(nullptr)));
    }
    bool operator()(uint32_t row, const Half& half) const {
      return table->HalfOf(row, static_cast<const Half*>(nullptr)) == half;
    }
    bool operator()(const Half& half, uint32_t row) const { return (*this)(row, half); }
    const TwoWayTable* table;
  };

  std::deque<std::pair<Left, Right>> pairs_;
  absl::flat_hash_set<uint32_t, Hash<Left>, Equal<Left>> by_left_;
  absl::flat_hash_set<uint32_t, Hash<Right>, Equal<Right>> by_right_;
};

}  // namespace setpoint::storage
