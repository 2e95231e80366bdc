#include "tests/storage/engine/store_fixture.h"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <random>

#include "storage/base/concat.h"

namespace setpoint::storage {

uint64_t TestSeed() {
  const char* const given = std::getenv("SETPOINT_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device()();
}

TestDirectory::TestDirectory() {
  static std::atomic<int> count = 0;
  path_ = Concat(testing::TempDir(), "setpoint-store-", ::getpid(), "-", ++count);
  std::filesystem::remove_all(path_);
  std::filesystem::create_directories(path_);
}

TestDirectory::~TestDirectory() { std::filesystem::remove_all(path_); }

void StoreTest::Open(OpenMode mode) {
  absl::StatusOr<std::unique_ptr<Store>> opened = Store::Open(data_directory(), {.mode = mode});
  ASSERT_TRUE(opened.ok()) << opened.status();
  store_ = *std::move(opened);
}

absl::Status StoreTest::TryOpen(OpenMode mode) const { return Store::Open(data_directory(), {.mode = mode}).status(); }

void StoreTest::Put(Family family, std::string_view key, std::string_view value) {
  WriteBatch batch;
  batch.Put(family, key, value);
  const absl::Status status = store_->Write(batch);
  ASSERT_TRUE(status.ok()) << status;
}

Rows StoreTest::RowsOf(const RowReader& rows, Family family, std::string_view prefix) {
  Rows found;
  const std::unique_ptr<RowIterator> row = rows.Scan(family, prefix);
  for (; row->Valid(); row->Next()) found.emplace(row->Key(), row->Value());
  EXPECT_TRUE(row->Status().ok()) << row->Status();
  return found;
}

}  // namespace setpoint::storage
