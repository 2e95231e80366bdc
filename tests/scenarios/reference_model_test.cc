// The reference model against the document: before it may judge the store, it must itself give every golden log.
#include <gtest/gtest.h>

#include "tests/scenarios/entry_text.h"
#include "tests/scenarios/scenario.h"
#include "tests/support/temporary_directory.h"

namespace setpoint::test {
namespace {

class ReferenceModelTest : public testing::TestWithParam<GoldenScenario> {};

TEST_P(ReferenceModelTest, GivesTheGoldenLog) {
  const TemporaryDirectory directory;
  Scenario scenario(directory.path() + "/source.git");
  GetParam().build(scenario);
  EXPECT_EQ(EntriesText(scenario.Expected(), scenario), GetParam().entries);
}

INSTANTIATE_TEST_SUITE_P(Scenarios, ReferenceModelTest, testing::ValuesIn(GoldenScenarios()),
                         [](const auto& test) { return "Scenario" + test.param.name; });

}  // namespace
}  // namespace setpoint::test
