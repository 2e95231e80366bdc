// How much a question may look at before it gives way to others: an entry, a version, a change, wanted or not, is one.
// What is found does not depend on it. Plain data.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace setpoint::query {

struct ScanBudget {
  size_t left = SIZE_MAX;

  bool IsSpent() const { return left == 0; }
  // For what costs more than one, once that is known.
  void Spend(size_t cost) { left -= std::min(left, cost); }
  // False: there is nothing to spend.
  bool Take() {
    if (IsSpent()) return false;
    --left;
    return true;
  }
};

}  // namespace setpoint::query
