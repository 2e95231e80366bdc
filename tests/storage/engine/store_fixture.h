// A data directory of one test, with a store in it that is opened and closed at will.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "storage/engine/store.h"
#include "storage/engine/write_batch.h"

namespace setpoint::storage {

// The seed of a random test: SETPOINT_SEED, or a new one. Print it with SCOPED_TRACE.
uint64_t TestSeed();

// A directory below testing::TempDir() that no other test has, removed at the end.
class TestDirectory {
 public:
  TestDirectory();
  ~TestDirectory();
  TestDirectory(const TestDirectory&) = delete;
  TestDirectory& operator=(const TestDirectory&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

using Rows = std::map<std::string, std::string>;

class StoreTest : public testing::Test {
 protected:
  // Opens the store, making it where there is none; fails the test where that fails.
  void Open(OpenMode mode = OpenMode::kCreateIfMissing);
  void Close() { store_.reset(); }
  void Reopen() {
    Close();
    Open(OpenMode::kReadWrite);
  }
  // The status of an attempt to open.
  absl::Status TryOpen(OpenMode mode) const;

  std::string data_directory() const { return directory_.path() + "/data"; }
  Store& store() { return *store_; }

  void Put(Family family, std::string_view key, std::string_view value);
  // All rows of a family that begin with a prefix, read by a scan.
  static Rows RowsOf(const RowReader& rows, Family family, std::string_view prefix = "");

 private:
  TestDirectory directory_;
  std::unique_ptr<Store> store_;
};

}  // namespace setpoint::storage
