// A digest of a set of rows, whatever their order: the sum of their SHA-256 halves. Two sets that differ by accident
// have different sums, and a set of millions of rows costs sixteen bytes.
#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

namespace setpoint::storage {

class RowDigest {
 public:
  void Add(std::string_view key, std::string_view value);

  uint64_t rows() const { return rows_; }
  bool operator==(const RowDigest&) const = default;

 private:
  uint64_t rows_ = 0;
  uint64_t low_ = 0;
  uint64_t high_ = 0;
};

}  // namespace setpoint::storage
