// Deletions by a file that lost its shape.
#include "query/reformatted.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/formats/format.h"

namespace setpoint::query {
namespace {

using storage::Change;
using storage::Format;
using storage::Operation;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

Change ChangeOf(uint32_t file, Operation operation, Format format) {
  Change change;
  change.file = file;
  change.operation = operation;
  change.format = static_cast<uint8_t>(format);
  return change;
}

TEST(Reformatted, AFileThatTurnedIntoDataOrAPlainFile) {
  storage::Entry entry;
  entry.files.resize(5);
  entry.changes = {
      ChangeOf(0, Operation::kCreated, Format::kData),     ChangeOf(0, Operation::kDeleted, Format::kKubernetes),
      ChangeOf(1, Operation::kCreated, Format::kFile),     ChangeOf(1, Operation::kDeleted, Format::kCloudFormation),
      ChangeOf(2, Operation::kDeleted, Format::kHelm),     ChangeOf(3, Operation::kCreated, Format::kData),
      ChangeOf(3, Operation::kDeleted, Format::kFile),     ChangeOf(4, Operation::kUpdated, Format::kData),
      ChangeOf(4, Operation::kDeleted, Format::kPipeline),
  };
  EXPECT_THAT(ReformattedFiles(entry), ElementsAre(true, true, false, false, false));
}

storage::Step StepOf(uint32_t path, Operation operation, Format format) {
  storage::Step step;
  step.path = storage::PathId(path);
  step.operation = operation;
  step.format = static_cast<uint8_t>(format);
  return step;
}

TEST(Reformatted, TheSameByPath) {
  storage::StepRow row;
  row.steps = {
      StepOf(1, Operation::kCreated, Format::kData),     StepOf(2, Operation::kCreated, Format::kFile),
      StepOf(4, Operation::kCreated, Format::kData),     StepOf(5, Operation::kUpdated, Format::kData),
      StepOf(1, Operation::kDeleted, Format::kHelm),     StepOf(2, Operation::kDeleted, Format::kKubernetes),
      StepOf(3, Operation::kDeleted, Format::kPipeline), StepOf(4, Operation::kDeleted, Format::kFile),
      StepOf(5, Operation::kDeleted, Format::kPipeline),
  };
  EXPECT_THAT(ReformattedPaths(row), UnorderedElementsAre(storage::PathId(1), storage::PathId(2)));
}

}  // namespace
}  // namespace setpoint::query
