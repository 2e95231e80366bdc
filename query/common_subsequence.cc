#include "query/common_subsequence.h"

#include <algorithm>

namespace setpoint::query {
namespace {

// 16 MB of table.
constexpr size_t kTableCellsMax = size_t{1} << 22;

using Pairs = std::vector<std::pair<size_t, size_t>>;

// Of left[begin, left_end) and right[begin, right_end).
void PairMiddle(const std::vector<uint32_t>& left, size_t left_end, const std::vector<uint32_t>& right,
                size_t right_end, size_t begin, Pairs& pairs) {
  const size_t rows = left_end - begin;
  const size_t columns = right_end - begin;
  if (rows == 0 || columns == 0 || rows > kTableCellsMax / columns) return;
  // lengths[i][j]: of the longest common subsequence of what follows i and j.
  std::vector<uint32_t> lengths((rows + 1) * (columns + 1), 0);
  const auto at = [&](size_t i, size_t j) -> uint32_t& { return lengths[i * (columns + 1) + j]; };
  for (size_t i = rows; i-- > 0;) {
    for (size_t j = columns; j-- > 0;) {
      const bool equal = left[begin + i] == right[begin + j];
      at(i, j) = equal ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
    }
  }
  size_t i = 0;
  size_t j = 0;
  while (i < rows && j < columns) {
    if (left[begin + i] == right[begin + j]) {
      pairs.emplace_back(begin + i++, begin + j++);
    } else if (at(i + 1, j) >= at(i, j + 1)) {
      ++i;
    } else {
      ++j;
    }
  }
}

}  // namespace

std::vector<std::pair<size_t, size_t>> CommonSubsequence(const std::vector<uint32_t>& left,
                                                         const std::vector<uint32_t>& right) {
  Pairs pairs;
  size_t head = 0;
  while (head < std::min(left.size(), right.size()) && left[head] == right[head]) {
    pairs.emplace_back(head, head);
    ++head;
  }
  size_t tail = 0;
  while (tail < std::min(left.size(), right.size()) - head &&
         left[left.size() - 1 - tail] == right[right.size() - 1 - tail]) {
    ++tail;
  }
  PairMiddle(left, left.size() - tail, right, right.size() - tail, head, pairs);
  for (; tail > 0; --tail) pairs.emplace_back(left.size() - tail, right.size() - tail);
  return pairs;
}

}  // namespace setpoint::query
