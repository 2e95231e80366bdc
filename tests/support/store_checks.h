// What the store holds against what the reference model says. Each check gives one line for each difference, at most
// some; empty: none.
#pragma once

#include <string>
#include <vector>

#include "tests/support/reference_planner.h"
#include "tests/support/reference_state.h"
#include "tests/support/store_under_test.h"

namespace setpoint::test {

// The log, entry by entry: timelines, causes, commits, forks, pointers, changes and origins.
std::string CompareEntries(const std::vector<ReferenceEntry>& expected, const std::vector<ReferenceEntry>& actual);

// The files of every entry against the trees on both sides of it.
std::string CompareFiles(ReferenceState& model, StoreUnderTest& store);

// The state at a position against the model's of a commit: whole (ReadState), one by one (FindVersion, for every
// resource the store ever had) and the files (FindFileVersion).
std::string CompareState(ReferenceState& model, const storage::ObjectId& commit, StoreUnderTest& store,
                         storage::Position at);

// CompareState at every position of every commit that stands somewhere.
std::string CompareAllStates(ReferenceState& model, StoreUnderTest& store);

}  // namespace setpoint::test
