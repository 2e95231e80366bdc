// What the tests of storage/git share: a directory of their own and a repository in it.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <string>

#include "storage/git/object_reader.h"
#include "tests/support/git_history.h"

namespace setpoint::storage {

class GitFixture : public testing::Test {
 protected:
  GitFixture() : root_(MakeDirectory()), history_(root_ + "/source.git") {}
  ~GitFixture() override {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }

  static std::string MakeDirectory() {
    std::string path = testing::TempDir() + "/setpoint_git_XXXXXX";
    return mkdtemp(path.data());
  }

  std::unique_ptr<ObjectReader> Open(const ObjectReaderOptions& options = {}) {
    absl::StatusOr<std::unique_ptr<ObjectReader>> reader = ObjectReader::Open(history_.directory(), options);
    EXPECT_TRUE(reader.ok()) << reader.status();
    return reader.ok() ? *std::move(reader) : nullptr;
  }

 public:
  // SETPOINT_SEED, or a new one. To be shown where the test fails.
  static uint64_t Seed() {
    const char* given = std::getenv("SETPOINT_SEED");
    return given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device()();
  }

 protected:
  std::string root_;
  test::GitHistory history_;
};

}  // namespace setpoint::storage
