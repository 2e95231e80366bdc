// `ingest` without a SOURCE: everything that is followed, whatever fails in between, and nothing that somebody named
// from outside of the machine to reach into it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "storage/engine/write_batch.h"
#include "storage/ingest/rebuild.h"
#include "storage/projections/database.h"
#include "storage/projections/repository_settings.h"
#include "tests/server/git_http_server.h"
#include "tests/support/git_history.h"
#include "tests/support/temporary_directory.h"
#include "tests/tools/program_run.h"

namespace setpoint::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class IngestKnownTest : public testing::Test {
 protected:
  IngestKnownTest() {
    for (GitHistory* history : {&inside_, &local_}) {
      history->SetRef("refs/heads/main", history->Commit({.files = {{"a.txt", HistoryFile("1")}}}));
    }
  }

  // As a server leaves it that was asked to follow them.
  void Know(const storage::RepositorySettings& settings) {
    auto database = storage::OpenDatabase(Data(), {.mode = storage::OpenMode::kCreateIfMissing});
    ASSERT_TRUE(database.ok()) << database.status();
    storage::WriteBatch batch;
    storage::PutRepositorySettings(settings, batch);
    ASSERT_TRUE((*database)->store->Write(batch).ok());
  }
  storage::RepositorySettings Inside(const std::string& source) {
    storage::RepositorySettings settings;
    settings.name = "inside";
    settings.source = source;
    settings.by_request = true;
    return settings;
  }
  storage::RepositorySettings Local() {
    storage::RepositorySettings settings;
    settings.name = "local";
    settings.source = local_.directory();
    return settings;
  }

  std::string Data() const { return directory_.path() + "/data"; }
  ProgramResult List(const std::string& repository) const {
    return RunSetpoint({"list", "-o", "name", "--repo", repository, "--data", Data()});
  }

  const TemporaryDirectory directory_;
  GitHistory inside_{directory_.path() + "/inside.git"};
  GitHistory local_{directory_.path() + "/local.git"};
  GitHttpServer canary_{directory_.path()};
};

TEST_F(IngestKnownTest, WhatWasNamedByRequestIsJudgedAgain) {
  Know(Inside(canary_.Url("inside.git")));
  Know(Local());
  const ProgramResult ingested = RunSetpoint({"ingest", "--data", Data()});
  EXPECT_NE(ingested.exit_code, 0);
  EXPECT_THAT(ingested.errors, AllOf(HasSubstr("inside: "), HasSubstr("may not be followed by request")));
  EXPECT_THAT(canary_.requests(), IsEmpty());
  EXPECT_EQ(List("local").output, "a.txt#File\n") << "it holds up no other";
}

TEST_F(IngestKnownTest, ItsHostMustBeAPublicOne) {
  Know(Inside("https://127.0.0.1/inside.git"));
  EXPECT_THAT(RunSetpoint({"ingest", "--data", Data()}).errors, HasSubstr("its host is not a public one"));
}

TEST_F(IngestKnownTest, WhoNamesItHereMayReachIt) {
  Know(Inside(canary_.Url("inside.git")));
  const ProgramResult ingested = RunSetpoint({"ingest", canary_.Url("inside.git"), "--data", Data()});
  EXPECT_EQ(ingested.exit_code, 0) << ingested.errors;
  EXPECT_THAT(canary_.requests(), Not(IsEmpty()));
  EXPECT_EQ(List("inside").output, "a.txt#File\n");
  // And that makes no difference to who does not.
  EXPECT_NE(RunSetpoint({"ingest", "--data", Data()}).exit_code, 0);
}

TEST_F(IngestKnownTest, WhatIsFollowedNoMoreIsLeftOut) {
  storage::RepositorySettings left = Inside(canary_.Url("inside.git"));
  left.followed = false;
  Know(left);
  Know(Local());
  const ProgramResult ingested = RunSetpoint({"ingest", "--data", Data()});
  EXPECT_EQ(ingested.exit_code, 0) << ingested.errors;
  EXPECT_THAT(ingested.output, AllOf(HasSubstr("local: "), Not(HasSubstr("inside"))));
  EXPECT_THAT(canary_.requests(), IsEmpty());
}

}  // namespace
}  // namespace setpoint::test
