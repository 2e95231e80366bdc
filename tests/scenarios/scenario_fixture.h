// A test with a scenario and the store that has ingested it.
#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "tests/scenarios/scenario.h"
#include "tests/support/store_under_test.h"
#include "tests/support/temporary_directory.h"

namespace setpoint::test {

class ScenarioFixture : public testing::Test {
 protected:
  ScenarioFixture() : scenario_(directory_.path() + "/source.git") {}

  // Shows and ingests every observation, a minute apart. Once, when the scenario is told.
  void Ingest() {
    store_ = std::make_unique<StoreUnderTest>(directory_.path() + "/store", scenario_.directory());
    for (size_t n = 0; n < scenario_.observation_count(); ++n) {
      scenario_.Show(n);
      store_->clock().Set(1'800'000'000 + static_cast<int64_t>(n) * 60);
      store_->Ingest();
    }
  }

  const TemporaryDirectory directory_;
  Scenario scenario_;
  std::unique_ptr<StoreUnderTest> store_;  // Null before Ingest.
};

}  // namespace setpoint::test
