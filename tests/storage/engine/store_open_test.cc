#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "storage/base/coding.h"
#include "storage/engine/format_version.h"
#include "tests/storage/engine/store_fixture.h"

namespace setpoint::storage {
namespace {

using ::testing::HasSubstr;

constexpr const char* kChildVariable = "SETPOINT_TEST_CHILD_DIRECTORY";

std::string Text(const absl::Status& status) { return std::string(status.message()); }

class StoreOpenTest : public StoreTest {
 protected:
  void WriteFormat(uint32_t version) {
    std::string bytes;
    AppendBigEndian32(bytes, version);
    Put(Family::kMeta, kFormatKey, bytes);
  }
  // A plain RocksDB database where ours would stand, with these families.
  void MakeDatabase(const std::vector<std::string>& families) {
    std::filesystem::create_directories(data_directory() + "/store");
    rocksdb::Options options;
    options.create_if_missing = true;
    rocksdb::DB* database = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(options, data_directory() + "/store", &database).ok());
    for (const std::string& family : families) {
      rocksdb::ColumnFamilyHandle* handle = nullptr;
      ASSERT_TRUE(database->CreateColumnFamily({}, family, &handle).ok());
      database->DestroyColumnFamilyHandle(handle);
    }
    delete database;
  }
};

// Not a test by itself: what StoreOpenTest.AnotherProcess… runs in a second process.
TEST(StoreOpenChild, OpensForWritingAndReading) {
  const char* const directory = std::getenv(kChildVariable);
  if (directory == nullptr) GTEST_SKIP() << "runs as a child process only";
  const absl::Status writing = Store::Open(directory, {.mode = OpenMode::kCreateIfMissing}).status();
  EXPECT_EQ(writing.code(), absl::StatusCode::kUnavailable) << writing;
  EXPECT_THAT(Text(writing), HasSubstr("another process"));
  const auto reading = Store::Open(directory, {.mode = OpenMode::kReadOnly});
  ASSERT_TRUE(reading.ok()) << reading.status();
  EXPECT_EQ(*(*reading)->Get(Family::kLog, "k"), "v");
}

TEST_F(StoreOpenTest, AnotherProcessMayReadButNotWrite) {
  Open();
  Put(Family::kLog, "k", "v");
  const std::string variable = std::string(kChildVariable) + "=" + data_directory();
  std::string program = "/proc/self/exe";
  std::string filter = "--gtest_filter=StoreOpenChild.OpensForWritingAndReading";
  std::string quiet = "--gtest_brief=1";
  std::vector<char*> arguments = {program.data(), filter.data(), quiet.data(), nullptr};
  std::vector<char*> environment = {const_cast<char*>(variable.c_str()), nullptr};
  pid_t child = 0;
  ASSERT_EQ(::posix_spawn(&child, program.c_str(), nullptr, nullptr, arguments.data(), environment.data()), 0);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

TEST_F(StoreOpenTest, ASecondStoreInThisProcessIsRefusedToo) {
  Open();
  EXPECT_EQ(TryOpen(OpenMode::kReadWrite).code(), absl::StatusCode::kUnavailable);
  Close();
  EXPECT_TRUE(TryOpen(OpenMode::kReadWrite).ok());
}

TEST_F(StoreOpenTest, NothingThereIsNotFound) {
  for (const OpenMode mode : {OpenMode::kReadWrite, OpenMode::kReadOnly}) {
    EXPECT_EQ(TryOpen(mode).code(), absl::StatusCode::kNotFound);
    EXPECT_FALSE(std::filesystem::exists(data_directory()));
  }
  std::filesystem::create_directories(data_directory());
  EXPECT_EQ(TryOpen(OpenMode::kReadWrite).code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(std::filesystem::is_empty(data_directory()));
  EXPECT_TRUE(TryOpen(OpenMode::kCreateIfMissing).ok());
}

TEST_F(StoreOpenTest, AForeignDirectoryIsLeftAlone) {
  std::filesystem::create_directories(data_directory());
  std::ofstream(data_directory() + "/letter.txt") << "dear";
  for (const OpenMode mode : {OpenMode::kCreateIfMissing, OpenMode::kReadWrite, OpenMode::kReadOnly}) {
    const absl::Status status = TryOpen(mode);
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(Text(status), HasSubstr("empty directory"));
  }
  const std::filesystem::directory_iterator entries(data_directory());
  EXPECT_EQ(std::distance(begin(entries), end(entries)), 1);
}

TEST_F(StoreOpenTest, SomebodyElsesDatabaseIsRefused) {
  MakeDatabase({"accounts"});
  EXPECT_EQ(TryOpen(OpenMode::kCreateIfMissing).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(TryOpen(OpenMode::kReadOnly).code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(StoreOpenTest, AFileIsNoDirectory) {
  std::ofstream(data_directory()) << "text";
  EXPECT_EQ(TryOpen(OpenMode::kCreateIfMissing).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(StoreOpenTest, ANewerFormatIsRefusedByItsNumber) {
  Open();
  WriteFormat(7);
  Close();
  for (const OpenMode mode : {OpenMode::kCreateIfMissing, OpenMode::kReadWrite, OpenMode::kReadOnly}) {
    const absl::Status status = TryOpen(mode);
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(Text(status), HasSubstr("format version 7"));
  }
}

TEST_F(StoreOpenTest, ANewerFormatWithMoreFamiliesIsRefusedByItsNumber) {
  Open();
  WriteFormat(8);
  Close();
  {
    std::vector<std::string> names;
    rocksdb::DBOptions options;
    ASSERT_TRUE(rocksdb::DB::ListColumnFamilies(options, data_directory() + "/store", &names).ok());
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    for (const std::string& name : names) families.emplace_back(name, rocksdb::ColumnFamilyOptions());
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* database = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(options, data_directory() + "/store", families, &handles, &database).ok());
    rocksdb::ColumnFamilyHandle* handle = nullptr;
    ASSERT_TRUE(database->CreateColumnFamily({}, "of the future", &handle).ok());
    handles.push_back(handle);
    for (rocksdb::ColumnFamilyHandle* const opened : handles) database->DestroyColumnFamilyHandle(opened);
    delete database;
  }
  for (const OpenMode mode : {OpenMode::kReadWrite, OpenMode::kReadOnly}) {
    const absl::Status status = TryOpen(mode);
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(Text(status), HasSubstr("format version 8"));
  }
}

TEST_F(StoreOpenTest, ADamagedFormatIsDataLoss) {
  Open();
  Put(Family::kMeta, kFormatKey, "x");
  Close();
  EXPECT_EQ(TryOpen(OpenMode::kReadWrite).code(), absl::StatusCode::kDataLoss);
}

TEST_F(StoreOpenTest, ALogWithoutAFormatIsDataLoss) {
  Open();
  Put(Family::kLog, "k", "v");
  WriteBatch batch;
  batch.Delete(Family::kMeta, kFormatKey);
  ASSERT_TRUE(store().Write(batch).ok());
  Close();
  EXPECT_EQ(TryOpen(OpenMode::kCreateIfMissing).code(), absl::StatusCode::kDataLoss);
}

TEST_F(StoreOpenTest, ACreationCutShortIsTakenUpAgain) {
  MakeDatabase({"meta", "log"});
  EXPECT_EQ(TryOpen(OpenMode::kReadWrite).code(), absl::StatusCode::kNotFound);
  Open(OpenMode::kCreateIfMissing);
  Put(Family::kLog, "k", "v");
  Reopen();
  EXPECT_EQ(*store().Get(Family::kLog, "k"), "v");
}

TEST_F(StoreOpenTest, AFlippedBitInTheManifestIsDataLoss) {
  Open();
  Close();
  std::string manifest;
  std::ifstream(data_directory() + "/store/CURRENT") >> manifest;
  std::fstream file(data_directory() + "/store/" + manifest, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(20);
  const char byte = static_cast<char>(file.get());
  file.seekp(20);
  file.put(static_cast<char>(byte ^ 1));
  file.close();
  EXPECT_EQ(TryOpen(OpenMode::kReadWrite).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(TryOpen(OpenMode::kReadOnly).code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace setpoint::storage
