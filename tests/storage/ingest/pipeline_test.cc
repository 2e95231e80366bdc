#include "storage/ingest/pipeline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <variant>

namespace setpoint::storage {
namespace {

Pipeline::Item Blob(size_t bytes) {
  auto task = std::make_shared<DecodeTask>();
  task->key.path_class = ClassifyPath("notes.txt", FileMode::kRegular);
  task->bytes = std::string(bytes, 'x');
  return task;
}

Pipeline::Item Numbered(uint64_t number) {
  PlannedEntry planned;
  planned.revision = Revision(number);
  return planned;
}

// So many entries, each behind a blob.
Pipeline::Read Numbers(uint64_t count, size_t bytes) {
  return [count, bytes](const Pipeline::Emit& emit) {
    for (uint64_t i = 1; i <= count; ++i) {
      absl::Status status = emit(Blob(bytes));
      if (status.ok()) status = emit(Numbered(i));
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  };
}

bool IsEntry(const Pipeline::Item& item) { return std::holds_alternative<PlannedEntry>(item); }

TEST(Pipeline, BuildsEveryEntryInOrderBehindItsBlobsDecoded) {
  uint64_t blobs = 0;
  uint64_t built = 0;
  const absl::Status status = Pipeline::Run(Decoder(), Numbers(2'000, 4'096), [&](const Pipeline::Item& item) {
    if (IsEntry(item)) {
      EXPECT_EQ(std::get<PlannedEntry>(item).revision.value, ++built);
      EXPECT_EQ(blobs, built);
    } else {
      EXPECT_FALSE(std::get<std::shared_ptr<DecodeTask>>(item)->decoded.resources.empty());
      ++blobs;
    }
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(built, 2'000U);
}

// One commit with a million files is no more in the queues than a million commits with one.
TEST(Pipeline, TheBlobsOfOneEntryWaitForRoom) {
  constexpr size_t kBlobBytes = size_t{1} << 20;
  std::atomic<size_t> under_way = 0;
  size_t most = 0;
  const auto read = [&](const Pipeline::Emit& emit) {
    for (int i = 0; i < 200; ++i) {
      under_way += kBlobBytes;
      if (absl::Status status = emit(Blob(kBlobBytes)); !status.ok()) return status;
    }
    return emit(Numbered(1));
  };
  const absl::Status status = Pipeline::Run(Decoder(), read, [&](const Pipeline::Item& item) {
    most = std::max(most, under_way.load());
    if (!IsEntry(item)) under_way -= kBlobBytes;
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(under_way, 0U);
  EXPECT_LE(most, 64 * kBlobBytes);
}

TEST(Pipeline, ABuilderThatCancelsStopsTheReaderAndIsNoError) {
  // More than all queues hold, so that a reader that is not stopped would wait for ever.
  uint64_t built = 0;
  const absl::Status status = Pipeline::Run(Decoder(), Numbers(100'000, 65'536), [&built](const Pipeline::Item& item) {
    if (IsEntry(item)) ++built;
    return built < 10 ? absl::OkStatus() : absl::CancelledError("enough");
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(built, 10U);
}

TEST(Pipeline, AnErrorOfTheReaderComesAfterWhatItEmitted) {
  uint64_t built = 0;
  const absl::Status status = Pipeline::Run(
      Decoder(),
      [](const Pipeline::Emit& emit) {
        const absl::Status emitted = emit(Numbered(1));
        return emitted.ok() ? absl::DataLossError("a tree is malformed") : emitted;
      },
      [&built](const Pipeline::Item&) {
        ++built;
        return absl::OkStatus();
      });
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(built, 1U);
}

TEST(Pipeline, AnErrorOfTheBuilderIsTheRuns) {
  const absl::Status status = Pipeline::Run(Decoder(), Numbers(100'000, 65'536), [](const Pipeline::Item&) {
    return absl::InternalError("the disk is gone");
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
}

}  // namespace
}  // namespace setpoint::storage
