#include "storage/engine/directory_lock.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/storage/engine/store_fixture.h"

namespace setpoint::storage {
namespace {

class DirectoryLockTest : public testing::Test {
 protected:
  DirectoryState State(const std::string& path) {
    const absl::StatusOr<DirectoryState> state = InspectDirectory(path);
    EXPECT_TRUE(state.ok()) << state.status();
    return state.value_or(DirectoryState::kForeign);
  }
  const std::string& path() const { return directory_.path(); }

 private:
  TestDirectory directory_;
};

TEST_F(DirectoryLockTest, TellsDirectoriesApart) {
  EXPECT_EQ(State(path() + "/nowhere"), DirectoryState::kAbsent);
  EXPECT_EQ(State(path()), DirectoryState::kEmpty);
  std::filesystem::create_directory(path() + "/lost+found");
  EXPECT_EQ(State(path()), DirectoryState::kEmpty);
  std::ofstream(path() + "/letter.txt") << "dear";
  EXPECT_EQ(State(path()), DirectoryState::kForeign);
  EXPECT_EQ(InspectDirectory(path() + "/letter.txt").status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(DirectoryLockTest, ItsFileIsTheMark) {
  ASSERT_TRUE(DirectoryLock::Acquire(path()).ok());
  EXPECT_EQ(State(path()), DirectoryState::kOurs);
}

TEST_F(DirectoryLockTest, IsHeldOnce) {
  {
    const absl::StatusOr<std::unique_ptr<DirectoryLock>> lock = DirectoryLock::Acquire(path());
    ASSERT_TRUE(lock.ok()) << lock.status();
    EXPECT_EQ(DirectoryLock::Acquire(path()).status().code(), absl::StatusCode::kUnavailable);
  }
  EXPECT_TRUE(DirectoryLock::Acquire(path()).ok());
}

}  // namespace
}  // namespace setpoint::storage
