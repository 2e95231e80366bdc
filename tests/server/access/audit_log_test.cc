// The record of administrative calls: appended, rotated, and refused where it cannot be written.
#include "server/access/audit_log.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/support/temporary_directory.h"

namespace setpoint::server {
namespace {

class FixedClock : public storage::Clock {
 public:
  int64_t NowSeconds() const override { return 1'800'000'000; }
};

std::string Contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

class AuditLogTest : public testing::Test {
 protected:
  const test::TemporaryDirectory directory_;
  const std::string path_ = directory_.path() + "/audit.jsonl";
  const FixedClock clock_;
  const Caller caller_{.name = "ops", .role = Role::kAdmin};
  const AuditRecord record_{
      .caller = &caller_, .peer = "10.0.0.1", .method = "POST", .path = "/v1/x\"y", .status = 202};
};

TEST_F(AuditLogTest, ALineForEachCallBehindThoseThatWereThere) {
  std::ofstream(path_) << "before\n";
  {
    const auto log = AuditLog::Open(path_, clock_).value();
    EXPECT_TRUE(log->Append(record_).ok());
  }
  const auto log = AuditLog::Open(path_, clock_).value();
  EXPECT_TRUE(log->Append({.caller = nullptr, .peer = "::1", .method = "GET", .path = "/", .status = 403}).ok());
  EXPECT_EQ(Contents(path_),
            "before\n"
            R"({"time":"2027-01-15T08:00:00Z","caller":"ops","role":"admin","peer":"10.0.0.1","method":"POST",)"
            R"("path":"/v1/x\"y","status":202,"outcome":"done"})"
            "\n"
            R"({"time":"2027-01-15T08:00:00Z","caller":null,"role":null,"peer":"::1","method":"GET","path":"/",)"
            R"("status":403,"outcome":"refused"})"
            "\n");
}

TEST_F(AuditLogTest, ANewFileIsForItsOwnerAlone) {
  const auto log = AuditLog::Open(path_, clock_).value();
  struct stat facts = {};
  ASSERT_EQ(stat(path_.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
}

TEST_F(AuditLogTest, GoesOnInANewFileAfterItWasRenamed) {
  const auto log = AuditLog::Open(path_, clock_).value();
  EXPECT_TRUE(log->Append(record_).ok());
  ASSERT_EQ(std::rename(path_.c_str(), (path_ + ".1").c_str()), 0);
  EXPECT_TRUE(log->Append(record_).ok());
  EXPECT_TRUE(log->Reopen().ok());
  EXPECT_TRUE(log->Append(record_).ok());
  const std::string line = Contents(path_);
  EXPECT_FALSE(line.empty());
  EXPECT_EQ(Contents(path_ + ".1"), line + line);
}

TEST_F(AuditLogTest, WhatCannotBeWrittenIsSaidAndTriedAnew) {
  // Every write to it fails: no space is left on that device.
  const auto log = AuditLog::Open("/dev/full", clock_).value();
  EXPECT_TRUE(log->CheckWritable().ok());
  EXPECT_EQ(log->Append(record_).code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(AuditLog::Open(directory_.path() + "/none/audit", clock_).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace setpoint::server
