// A longest common subsequence of two sequences of numbers. Pure; any thread may call it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace setpoint::query {

// Pairs of indexes of equal numbers, both rising. What both begin and end with is always paired; where what lies
// between is too large for a table of all pairs (limits in the source), nothing of it is.
std::vector<std::pair<size_t, size_t>> CommonSubsequence(const std::vector<uint32_t>& left,
                                                         const std::vector<uint32_t>& right);

}  // namespace setpoint::query
