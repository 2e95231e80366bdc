// A store that has ingested a random history, observation by observation, for properties that are asked of the whole.
#pragma once

#include <cstdint>
#include <functional>

#include "tests/support/store_under_test.h"

namespace setpoint::test {

enum class HistoryKind {
  kBlame,  // blame_history.h
  kAny,    // random_history.h
};

// Makes the history of that kind and seed in a temporary folder, ingests each of its observations in turn, and calls
// `check` with the store. One thread.
void WithIngestedHistory(HistoryKind kind, uint64_t seed, const std::function<void(StoreUnderTest& store)>& check);

}  // namespace setpoint::test
