// Following by SSH: a real sshd on the loopback, keys and known hosts from files, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "storage/base/logging.h"
#include "tests/server/server_under_test.h"
#include "tests/server/ssh_server.h"
#include "tests/support/temporary_directory.h"
#include "tests/tools/running_program.h"

namespace setpoint::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class SshTest : public testing::Test {
 protected:
  void SetUp() override {
    if (const auto why = SshServer::WhyNot()) GTEST_SKIP() << *why;
    ssh_ = std::make_unique<SshServer>(directory_.path());
    server_.options().ingest.poll_interval = std::chrono::hours(1);
    server_.options().ingest.retry_min = std::chrono::hours(1);
    server_.options().ingest.retry_max = std::chrono::hours(1);
    PushRemote("1");
  }

  void PushRemote(const std::string& text) {
    HistoryCommit commit;
    if (!tip_.IsZero()) commit.parents = {tip_};
    commit.files = {{"remote.txt", HistoryFile(text)}};
    tip_ = history_.Commit(commit);
    history_.SetRef("refs/heads/main", tip_);
  }

  // Follows the remote by these files; an empty name is none.
  void FollowBy(const std::string& key, const std::string& known_hosts) {
    server::FollowedRepository& repository = server_.options().sources.emplace_back();
    repository.name = "remote";
    repository.source = ssh_->Url(history_.directory());
    repository.credentials.ssh_key_file = key;
    repository.credentials.known_hosts_file = known_hosts;
  }

  std::string KnownHosts(const std::string& text) {
    std::ofstream(known_hosts_) << text;
    return known_hosts_;
  }

  std::string Fetch() { return HttpClient(server_.port()).Post("/v1/repositories/remote/fetch?wait=30", "").body; }
  std::string Resources() { return HttpGet(server_.port(), "/v1/repositories/remote/resources").body; }
  std::string Ready() { return HttpGet(server_.port(), "/readyz").body; }

  TemporaryDirectory directory_;
  const std::string known_hosts_ = directory_.path() + "/known_hosts";
  GitHistory history_{directory_.path() + "/remote.git"};
  storage::ObjectId tip_;
  std::unique_ptr<SshServer> ssh_;
  ServerUnderTest server_;
};

TEST_F(SshTest, FollowsByAKeyFromAFile) {
  FollowBy(ssh_->MakeKey("key", SshServer::Key::kKnown), KnownHosts(ssh_->KnownHost(SshServer::HostKey::kTrue)));
  server_.Start();
  EXPECT_THAT(Resources(), AllOf(HasSubstr("remote.txt"), HasSubstr(tip_.Hex()))) << Ready() << ssh_->Log();
  PushRemote("2");
  EXPECT_THAT(Fetch(), AllOf(HasSubstr(R"("finished":true)"), Not(HasSubstr("\"error\""))));
  EXPECT_THAT(Resources(), HasSubstr(tip_.Hex()));
}

// Somebody between would have another host key.
TEST_F(SshTest, AWrongHostKeyIsNotBelieved) {
  FollowBy(ssh_->MakeKey("key", SshServer::Key::kKnown), KnownHosts(ssh_->KnownHost(SshServer::HostKey::kOther)));
  server_.Start();
  EXPECT_THAT(Ready(), HasSubstr("Host key verification failed"));
  EXPECT_THAT(ssh_->Log(), Not(HasSubstr("Accepted"))) << "the key was not even shown";
  // The files are read for each connection.
  KnownHosts(ssh_->KnownHost(SshServer::HostKey::kTrue));
  EXPECT_THAT(Fetch(), Not(HasSubstr("\"error\"")));
  EXPECT_THAT(Resources(), HasSubstr("remote.txt"));
}

TEST_F(SshTest, AHostThatIsNotKnownIsNotBelievedEither) {
  const std::string known_hosts = KnownHosts("");
  FollowBy(ssh_->MakeKey("key", SshServer::Key::kKnown), known_hosts);
  server_.Start();
  EXPECT_THAT(Ready(), HasSubstr("Host key verification failed"));
  EXPECT_EQ(ReadFile(known_hosts), "") << "nor learnt";
}

TEST_F(SshTest, KnownHostsCountWithoutAKeyTheSame) {
  FollowBy("", KnownHosts(ssh_->KnownHost(SshServer::HostKey::kOther)));
  server_.Start();
  EXPECT_THAT(Ready(), HasSubstr("Host key verification failed"));
}

TEST_F(SshTest, AKeyThatIsNotKnownThereIsToldAndTriedAgain) {
  const std::string key = ssh_->MakeKey("key", SshServer::Key::kUnknown);
  FollowBy(key, KnownHosts(ssh_->KnownHost(SshServer::HostKey::kTrue)));
  server_.Start();
  EXPECT_THAT(Ready(), AllOf(HasSubstr("Permission denied"), HasSubstr(R"("phase":"backing-off")")));
  std::ofstream(directory_.path() + "/authorized_keys", std::ios::app) << ReadFile(key + ".pub");
  EXPECT_THAT(Fetch(), Not(HasSubstr("\"error\"")));
  EXPECT_THAT(Resources(), HasSubstr("remote.txt"));
}

// At its most talkative, by a key that is good, one that is not, and one that is no key at all.
TEST_F(SshTest, NothingOfAKeyIsInAnyLogOrAnswer) {
  const std::string good = ssh_->MakeKey("key", SshServer::Key::kKnown);
  const std::string unknown = ssh_->MakeKey("unknown", SshServer::Key::kUnknown);
  const std::string broken = directory_.path() + "/broken";
  std::ofstream(broken) << ReadFile(good).substr(0, 200);
  using std::filesystem::perms;
  std::filesystem::permissions(broken, perms::owner_read | perms::owner_write);
  const std::string known_hosts = KnownHosts(ssh_->KnownHost(SshServer::HostKey::kTrue));
  server_.options().log.level = "debug";
  std::string said;
  testing::internal::CaptureStderr();
  for (const std::string& key : {unknown, broken, good}) {
    server_.options().sources.resize(1);
    FollowBy(key, known_hosts);
    server_.Start();
    said += Fetch() + Ready() + HttpGet(server_.port(), "/v1/status").body;
    server_.Stop();
  }
  said += testing::internal::GetCapturedStderr();
  storage::SetLogLevel(storage::LogLevel::kWarning);
  EXPECT_THAT(said, AllOf(HasSubstr("repository remote"), HasSubstr("Permission denied")));
  EXPECT_THAT(ssh_->Log(), HasSubstr("Accepted"));
  for (const std::string& key : {unknown, good}) {
    std::istringstream lines(ReadFile(key));
    for (std::string line; std::getline(lines, line);) {
      if (line.size() > 40 || line.find("PRIVATE") != std::string::npos) {
        EXPECT_THAT(said, Not(HasSubstr(line)));
      }
    }
  }
}

}  // namespace
}  // namespace setpoint::test
