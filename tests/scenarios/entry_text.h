// Entries in the notation of scenarios.md, one a line:
//   r5 ~2 commit S2 (base main@r3, predecessor ~1@r4): !f=1 [by r4], -b
#pragma once

#include <string>
#include <vector>

#include "tests/scenarios/scenario.h"
#include "tests/support/reference_planner.h"

namespace setpoint::test {

std::string EntriesText(const std::vector<ReferenceEntry>& entries, Scenario& scenario);

}  // namespace setpoint::test
