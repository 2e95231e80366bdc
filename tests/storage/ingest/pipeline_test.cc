#include "storage/ingest/pipeline.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace setpoint::storage {
namespace {

PlannedEntry Numbered(uint64_t number, size_t bytes) {
  PlannedEntry planned;
  planned.revision = Revision(number);
  auto task = std::make_shared<DecodeTask>();
  task->key.path_class = ClassifyPath("notes.txt", FileMode::kRegular);
  task->bytes = std::string(bytes, 'x');
  planned.tasks.push_back(std::move(task));
  return planned;
}

Pipeline::Read Numbers(uint64_t count, size_t bytes) {
  return [count, bytes](const Pipeline::Emit& emit) {
    for (uint64_t i = 1; i <= count; ++i) {
      if (absl::Status status = emit(Numbered(i, bytes)); !status.ok()) return status;
    }
    return absl::OkStatus();
  };
}

TEST(Pipeline, BuildsEveryEntryInOrderWithItsBlobsDecoded) {
  uint64_t built = 0;
  const absl::Status status = Pipeline::Run(Decoder(), Numbers(2'000, 4'096), [&built](PlannedEntry& planned) {
    EXPECT_EQ(planned.revision.value, ++built);
    EXPECT_FALSE(planned.tasks.front()->decoded.resources.empty());
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(built, 2'000U);
}

TEST(Pipeline, ABuilderThatCancelsStopsTheReaderAndIsNoError) {
  // More than all queues hold, so that a reader that is not stopped would wait for ever.
  uint64_t built = 0;
  const absl::Status status = Pipeline::Run(Decoder(), Numbers(100'000, 65'536), [&built](PlannedEntry&) {
    return ++built < 10 ? absl::OkStatus() : absl::CancelledError("enough");
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(built, 10U);
}

TEST(Pipeline, AnErrorOfTheReaderComesAfterWhatItEmitted) {
  uint64_t built = 0;
  const absl::Status status = Pipeline::Run(
      Decoder(),
      [](const Pipeline::Emit& emit) {
        const absl::Status emitted = emit(Numbered(1, 1));
        return emitted.ok() ? absl::DataLossError("a tree is malformed") : emitted;
      },
      [&built](PlannedEntry&) {
        ++built;
        return absl::OkStatus();
      });
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(built, 1U);
}

TEST(Pipeline, AnErrorOfTheBuilderIsTheRuns) {
  const absl::Status status = Pipeline::Run(Decoder(), Numbers(100'000, 65'536),
                                            [](PlannedEntry&) { return absl::InternalError("the disk is gone"); });
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
}

}  // namespace
}  // namespace setpoint::storage
