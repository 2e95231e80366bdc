// Following end to end: real sources on disk and behind a Git server on the loopback, some of which hang, refuse or ask
// for a token; the whole server around them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "storage/base/concat.h"
#include "storage/base/digest_mac.h"
#include "storage/base/hex.h"
#include "storage/projections/repository_settings.h"
#include "tests/server/git_http_server.h"
#include "tests/server/http_client.h"
#include "tests/server/server_under_test.h"
#include "tests/support/temporary_directory.h"

namespace setpoint::test {
namespace {

using server::FollowedRepository;
using storage::Concat;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::Not;

class FollowingTest : public testing::Test {
 protected:
  FollowingTest() : remote_history_(directory_.path() + "/remote.git"), git_(directory_.path()) {
    server_.options().ingest.poll_interval = std::chrono::hours(1);
    PushRemote("1");
    server_.Push("a.txt", "1");
  }

  storage::ObjectId PushRemote(const std::string& text) {
    HistoryCommit commit;
    if (!remote_tip_.IsZero()) commit.parents = {remote_tip_};
    commit.files = {{"remote.txt", HistoryFile(text)}};
    remote_tip_ = remote_history_.Commit(commit);
    remote_history_.SetRef("refs/heads/main", remote_tip_);
    return remote_tip_;
  }

  FollowedRepository& FollowRemote() {
    FollowedRepository& repository = server_.options().sources.emplace_back();
    repository.name = "remote";
    repository.source = git_.Url("remote.git");
    return repository;
  }

  HttpAnswer Post(const std::string& target, const std::string& body = "", const std::string& headers = "") {
    return HttpClient(server_.port()).Post(target, body, headers);
  }

  std::string Resources(const std::string& repository) {
    return HttpGet(server_.port(), Concat("/v1/repositories/", repository, "/resources?content=true")).body;
  }

  TemporaryDirectory directory_;
  GitHistory remote_history_;
  storage::ObjectId remote_tip_;
  GitHttpServer git_;
  ServerUnderTest server_;
};

TEST_F(FollowingTest, FetchesWhatIsPushedElsewhereWhenAskedTo) {
  FollowRemote();
  server_.Start();
  EXPECT_THAT(Resources("remote"), HasSubstr("remote.txt"));
  const size_t before = git_.requests().size();
  EXPECT_EQ(Post("/v1/repositories/remote/fetch?wait=30").status, 200);
  const auto requests = git_.requests();
  for (const std::string& request : requests) {
    EXPECT_THAT(request, HasSubstr("/remote.git/"));
  }
  // Nothing moved: the refs were listed and nothing was fetched.
  EXPECT_LE(git_.requests().size() - before, 2U);
  remote_history_.SetRef("refs/heads/new", PushRemote("2"));
  const HttpAnswer fetched = Post("/v1/repositories/remote/fetch?wait=30");
  EXPECT_EQ(fetched.status, 200);
  EXPECT_THAT(fetched.body, AllOf(HasSubstr(R"("finished":true)"), Not(HasSubstr("error"))));
  const std::string commit = remote_tip_.Hex();
  EXPECT_THAT(Resources("remote"), HasSubstr(commit));
}

// The heart of it: a push is seen while another source hangs.
TEST_F(FollowingTest, ASourceThatHangsHoldsUpNothingElse) {
  FollowRemote();
  server_.Start();
  git_.Hang();
  const size_t before = git_.requests().size();
  EXPECT_EQ(Post("/v1/repositories/remote/fetch").status, 202);
  ASSERT_TRUE(git_.AwaitRequests(before + 1));
  server_.AwaitReadiness(HasSubstr(R"("phase":"fetching")"));
  HttpClient stream(server_.port());
  stream.OpenStream("/v1/watch?repo=repo&from=now");
  for (int i = 2; i < 6; ++i) {
    server_.Push("a.txt", std::to_string(i));
    EXPECT_EQ(Member(NextEvent(stream), "operation"), "updated");
  }
  server_.AwaitReadiness(HasSubstr(R"("phase":"fetching")"));
  // And the server stops without waiting for it.
  server_.Stop();
}

// Nor those who wait for its end.
TEST_F(FollowingTest, WhoWaitsForALookIsAnsweredWhenTheServerStops) {
  server_.options().connections.shutdown_grace = std::chrono::minutes(10);
  FollowRemote();
  server_.Start();
  git_.Hang();
  HttpClient client(server_.port());
  client.Send("POST /v1/repositories/remote/fetch?wait=30 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
  server_.AwaitReadiness(HasSubstr(R"("phase":"fetching")"));
  server_.RequestStop();
  const HttpAnswer answer = client.Read();
  EXPECT_EQ(answer.status, 503);
  EXPECT_THAT(answer.body, HasSubstr("the server is stopping"));
  server_.Stop();
}

TEST_F(FollowingTest, AHangEndsAtItsDeadlineAndIsToldAndTriedAgain) {
  // A look that does not hang has to be done within it as well, also where the machine has much else to do.
  server_.options().ingest.listing_deadline = std::chrono::seconds(1);
  server_.options().ingest.retry_min = std::chrono::milliseconds(1);
  server_.options().ingest.retry_max = std::chrono::milliseconds(20);
  FollowRemote();
  git_.Hang();
  server_.Start();
  server_.AwaitReadiness(AllOf(HasSubstr(R"("failures":2)"), HasSubstr("not done within")));
  git_.Resume();
  server_.AwaitReadiness(Not(HasSubstr("\"error\"")));
  EXPECT_THAT(Resources("remote"), HasSubstr("remote.txt"));
}

TEST_F(FollowingTest, SaysWhyAndUntilWhenItBacksOff) {
  FollowRemote();
  git_.AnswerWith(503);
  server_.Start();
  EXPECT_THAT(HttpGet(server_.port(), "/readyz").body,
              AllOf(HasSubstr(R"("phase":"backing-off")"), HasSubstr(R"("waits_for":")"), HasSubstr(R"("next_look":")"),
                    HasSubstr("503")));
}

// What an operator asks first.
TEST_F(FollowingTest, StatusSaysHowFollowingGoes) {
  FollowRemote();
  git_.AnswerWith(503);
  server_.Start();
  const auto following = [&](const std::string& repository) {
    const std::string body = HttpGet(server_.port(), "/v1/status").body;
    const size_t begin = body.find(Concat(R"({"name":")", repository, R"(","runs":)"), body.find("\"following\":["));
    return begin == std::string::npos ? "none: " + body : body.substr(begin, body.find('}', begin) - begin);
  };
  EXPECT_THAT(following("remote"),
              AllOf(HasSubstr(R"("failures":1,"error":")"), HasSubstr(R"("phase":"backing-off","waits_for":")"),
                    HasSubstr(R"("last_look":")"), HasSubstr(R"("last_failure":")"), HasSubstr(R"("last_error":")"),
                    HasSubstr(R"("next_look":")"), HasSubstr(R"("commits_behind":0)"), Not(HasSubstr("last_success"))));
  EXPECT_THAT(following("repo"), AllOf(HasSubstr(R"("failures":0,"warnings":[])"), HasSubstr(R"("phase":"waiting")"),
                                       HasSubstr(R"("last_success":")"), Not(HasSubstr("last_error"))));
  git_.AnswerWith(0);
  EXPECT_EQ(Post("/v1/repositories/remote/fetch?wait=30").status, 200);
  EXPECT_THAT(following("remote"), AllOf(HasSubstr(R"("failures":0,"warnings":[])"), HasSubstr(R"("last_success":")"),
                                         HasSubstr(R"("last_error":")"), HasSubstr("503")))
      << "what was wrong is still known";
}

// A token reaches the forge, and nobody else: not the log, not process arguments, not answers, not the store's mirror.
TEST_F(FollowingTest, ATokenGoesToTheForgeOnly) {
  const std::string token = "s3cr3t-t0ken-0123456789";
  std::ofstream(directory_.path() + "/token") << token << "\n";
  // x-access-token:s3cr3t-t0ken-0123456789
  const std::string authorization = "Basic eC1hY2Nlc3MtdG9rZW46czNjcjN0LXQwa2VuLTAxMjM0NTY3ODk=";
  git_.Require(authorization);
  FollowedRepository& repository = FollowRemote();
  repository.credentials.token_file = directory_.path() + "/token";
  testing::internal::CaptureStderr();
  server_.Start();
  EXPECT_THAT(Resources("remote"), HasSubstr("remote.txt"));
  EXPECT_THAT(git_.authorizations(), AllOf(Contains(authorization), Each(authorization)));
  // While a look hangs its processes can be seen.
  git_.Hang();
  const size_t before = git_.requests().size();
  EXPECT_EQ(Post("/v1/repositories/remote/fetch").status, 202);
  ASSERT_TRUE(git_.AwaitRequests(before + 1));
  size_t gits = 0;
  for (const auto& process : std::filesystem::directory_iterator("/proc")) {
    std::ifstream file(process.path() / "cmdline");
    std::stringstream text;
    text << file.rdbuf();
    gits += text.str().find("ls-remote") != std::string::npos ? 1 : 0;
    EXPECT_THAT(text.str(), AllOf(Not(HasSubstr(token)), Not(HasSubstr(authorization))));
  }
  EXPECT_GT(gits, 0U) << "no git was seen: the test looks at the wrong place";
  // A wrong token is told by the forge's answer alone.
  git_.Require("Basic other");
  git_.Resume();
  server_.AwaitReadiness(HasSubstr("git ls-remote: "));
  EXPECT_THAT(HttpGet(server_.port(), "/readyz").body,
              AllOf(Not(HasSubstr(token)), Not(HasSubstr("eC1hY2Nlc3MtdG9rZW46"))));
  server_.Stop();
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_THAT(log,
              AllOf(HasSubstr("repository remote"), Not(HasSubstr(token)), Not(HasSubstr("eC1hY2Nlc3MtdG9rZW46"))));
}

TEST_F(FollowingTest, PullRequestsPointWhenAskedFor) {
  remote_history_.SetRef("refs/pull/7/head", PushRemote("pull"));
  FollowRemote().pull_requests = true;
  server_.Start();
  const std::string refs = HttpGet(server_.port(), "/v1/repositories/remote/refs").body;
  EXPECT_THAT(refs, HasSubstr("refs/pull/7/head"));
  EXPECT_EQ(HttpGet(server_.port(), "/v1/repositories/remote/resources?at=refs/pull/7/head").status, 200);
}

TEST_F(FollowingTest, PullRequestsAreLeftOutOtherwise) {
  remote_history_.SetRef("refs/pull/7/head", PushRemote("pull"));
  FollowRemote();
  server_.Start();
  EXPECT_THAT(HttpGet(server_.port(), "/v1/repositories/remote/refs").body, Not(HasSubstr("refs/pull")));
}

TEST_F(FollowingTest, AShallowSourceEndsWhereItIsCut) {
  for (int i = 0; i < 10; ++i) PushRemote(std::to_string(i));
  FollowRemote().depth = 3;
  server_.Start();
  const HttpAnswer status = HttpGet(server_.port(), "/v1/repositories/remote/resources?at=r1");
  EXPECT_THAT(Resources("remote"), HasSubstr("remote.txt"));
  for (int i = 0; i < 6; ++i) PushRemote(Concat("more ", i));
  const HttpAnswer fetched = Post("/v1/repositories/remote/fetch?wait=30");
  EXPECT_THAT(fetched.body, AllOf(HasSubstr(R"("finished":true)"), HasSubstr(R"("warnings":[])")));
  EXPECT_THAT(Resources("remote"), HasSubstr(remote_tip_.Hex()));
}

TEST_F(FollowingTest, AGenuineWebhookIsAHintAndAForgedOneNothing) {
  setenv("SETPOINT_TEST_HOOK_SECRET", "hush", 1);
  server_.options().hooks.secret_env = "SETPOINT_TEST_HOOK_SECRET";
  FollowRemote();
  server_.Start();
  HttpClient stream(server_.port());
  stream.OpenStream("/v1/watch?repo=remote&from=now");
  PushRemote("2");
  const std::string payload = Concat(R"({"repository":{"clone_url":")", git_.Url("remote.git"), "\"}}");
  const std::string signature = storage::HexEncode(storage::HmacSha256("hush", payload).Bytes());
  const size_t before = git_.requests().size();
  EXPECT_EQ(Post("/v1/hooks/github", payload, "X-Hub-Signature-256: sha256=00\r\n").status, 403);
  EXPECT_EQ(Post("/v1/hooks/github", payload).status, 403);
  // But for the name of the request.
  const auto words = [](const std::string& problem) { return problem.substr(0, problem.find("\"instance\"")); };
  EXPECT_EQ(words(Post("/v1/hooks/github?repo=nobody", payload).body), words(Post("/v1/hooks/github", payload).body))
      << "nothing is revealed";
  EXPECT_EQ(Post("/v1/hooks/sourceforge", payload).status, 404);
  EXPECT_EQ(git_.requests().size(), before);
  const HttpAnswer taken = Post("/v1/hooks/github", payload, Concat("X-Hub-Signature-256: sha256=", signature, "\r\n"));
  EXPECT_EQ(taken.status, 202);
  EXPECT_EQ(taken.body, "{\"repositories\":[\"remote\"],\"requested\":true}\n");
  EXPECT_EQ(Member(NextEvent(stream), "operation"), "updated");
}

TEST_F(FollowingTest, RegistersByRequestUnderTheGuard) {
  server_.options().allow.schemes = {"http"};
  server_.options().allow.ports = {std::to_string(git_.port())};
  server_.Start();
  const std::string body = Concat(R"({"source":")", git_.Url("remote.git"), R"(","name":"byrequest"})");
  const size_t before = git_.requests().size();
  const HttpAnswer refused = Post("/v1/repositories", body);
  EXPECT_EQ(refused.status, 403) << refused.body;
  EXPECT_EQ(git_.requests().size(), before) << "the canary was reached";
  EXPECT_EQ(Post("/v1/repositories", R"({"source":"file:///etc"})").status, 403);
  EXPECT_EQ(Post("/v1/repositories", R"({"source":"/etc"})").status, 400);
  EXPECT_EQ(Post("/v1/repositories", R"({"src":"x"})").status, 400);
  EXPECT_EQ(Post("/v1/repositories", "no JSON").status, 400);
  server_.Stop();

  server_.options().allow.networks = {"127.0.0.0/8"};
  server_.Start();
  const HttpAnswer taken = Post("/v1/repositories?wait=30", body);
  EXPECT_EQ(taken.status, 201) << taken.body;
  EXPECT_THAT(taken.body, HasSubstr(R"("finished":true)"));
  EXPECT_THAT(Resources("byrequest"), HasSubstr("remote.txt"));
  EXPECT_EQ(Post("/v1/repositories", body).status, 200) << "it is followed already";
  EXPECT_EQ(Post("/v1/repositories", R"({"source":"http://127.0.0.1/other","name":"byrequest"})").status, 409);

  // It is still under the guard after a restart, and no longer allowed.
  server_.Stop();
  server_.options().allow.networks = {};
  const size_t then = git_.requests().size();
  server_.Start();
  server_.AwaitReadiness(HasSubstr("its host is not a public one"));
  EXPECT_EQ(git_.requests().size(), then) << "the canary was reached";
}

TEST_F(FollowingTest, WhatIsUnfollowedStaysSoAndKeepsItsData) {
  FollowRemote();
  server_.Start();
  EXPECT_EQ(Post("/v1/repositories/remote/unfollow").status, 200);
  EXPECT_EQ(Post("/v1/repositories/remote/unfollow").status, 404);
  EXPECT_EQ(Post("/v1/repositories/remote/fetch").status, 404);
  EXPECT_THAT(Resources("remote"), HasSubstr("remote.txt"));
  server_.Stop();
  server_.options().sources.pop_back();
  server_.Start();
  EXPECT_THAT(HttpGet(server_.port(), "/readyz").body, Not(HasSubstr("\"remote\"")));
  EXPECT_THAT(Resources("remote"), HasSubstr("remote.txt"));
}

// While a look at it hangs: the look is ended, and who takes its place begins when that is gone, not before.
TEST_F(FollowingTest, WhatIsUnfollowedInTheMiddleOfALookMayBeFollowedAgainAtOnce) {
  server_.options().allow = {
      .schemes = {"http"}, .hosts = {}, .ports = {std::to_string(git_.port())}, .networks = {"127.0.0.0/8"}};
  const std::string body = Concat(R"({"source":")", git_.Url("remote.git"), R"(","name":"remote"})");
  server_.Start();
  EXPECT_EQ(Post("/v1/repositories?wait=30", body).status, 201);
  for (int round = 0; round < 5; ++round) {
    git_.Hang();
    const size_t before = git_.requests().size();
    EXPECT_EQ(Post("/v1/repositories/remote/fetch").status, 202);
    ASSERT_TRUE(git_.AwaitRequests(before + 1));
    EXPECT_EQ(Post("/v1/repositories/remote/unfollow").status, 200);
    EXPECT_EQ(Post("/v1/repositories/remote/unfollow").status, 404);
    // Once more in between: that one never begins.
    EXPECT_EQ(Post("/v1/repositories", body).status, 201);
    EXPECT_EQ(Post("/v1/repositories/remote/unfollow").status, 200);
    PushRemote(Concat("round ", round));
    git_.Resume();
    const HttpAnswer again = Post("/v1/repositories?wait=30", body);
    EXPECT_EQ(again.status, 201);
    EXPECT_THAT(again.body, AllOf(HasSubstr(R"("finished":true)"), Not(HasSubstr("\"error\""))));
    EXPECT_THAT(Resources("remote"), HasSubstr(remote_tip_.Hex()));
  }
  EXPECT_THAT(HttpGet(server_.port(), "/v1/repositories/remote/refs").body, HasSubstr(remote_tip_.Hex()));
}

// Looks are numbered over all sources, so that who waits for one is answered by whoever takes its place.
TEST_F(FollowingTest, WhoWaitsForALookIsAnsweredByTheOneThatTakesItsPlace) {
  FollowRemote();
  server_.Start();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Post("/v1/repositories/remote/fetch?wait=30").status, 200);
  git_.Hang();
  const size_t before = git_.requests().size();
  HttpClient waiting(server_.port());
  waiting.Send("POST /v1/repositories/remote/fetch?wait=30 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
  ASSERT_TRUE(git_.AwaitRequests(before + 1));
  server_.settings_file().sources.back().depth = 5;
  server_.Reload();
  git_.Resume();
  const HttpAnswer answer = waiting.Read();
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, AllOf(HasSubstr(R"("finished":true)"), Not(HasSubstr("\"error\""))));
}

// Its first look may take hours: what the server answered before it answers still.
TEST_F(FollowingTest, OneThatComesWhileTheServerRunsTakesNoReadinessAway) {
  server_.Start();
  git_.Hang();
  const size_t before = git_.requests().size();
  server_.settings_file().sources = server_.options().sources;
  FollowedRepository& added = server_.settings_file().sources.emplace_back();
  added.name = "remote";
  added.source = git_.Url("remote.git");
  server_.Reload();
  ASSERT_TRUE(git_.AwaitRequests(before + 1));
  const HttpAnswer ready = HttpGet(server_.port(), "/readyz");
  EXPECT_EQ(ready.status, 200);
  EXPECT_THAT(ready.body, AllOf(HasSubstr(R"("ready":true,"reasons":[],"warnings":["repository remote is not yet)"),
                                HasSubstr(R"("phase":"fetching")")));
  server_.Stop();
  // After a start it is waited for, also where it is exchanged in the middle of that.
  server_.options().sources.push_back(added);
  server_.StartWithoutWaiting();
  server_.AwaitReadiness(HasSubstr(R"("reasons":["repository remote is not yet observed"])"));
  server_.settings_file().sources.back().depth = 5;
  server_.Reload();
  EXPECT_EQ(HttpGet(server_.port(), "/readyz").status, 503);
  git_.Resume();
  server_.AwaitReadiness(HasSubstr(R"("ready":true)"));
}

TEST_F(FollowingTest, EnvironmentsAndKeysAreThoseOfTheSettingsFileWhereItHasThem) {
  const auto kept = [&] {
    const auto settings = storage::ReadRepositorySettings(*server_.database().store, "repo");
    EXPECT_TRUE(settings.ok() && settings->has_value());
    std::string text;
    for (const auto& each : (*settings)->environments) text += storage::EnvironmentText(each) + " ";
    for (const auto& each : (*settings)->signature_keys) text += storage::SignatureKeyFileText(each) + " ";
    return text;
  };
  const std::string target = "/v1/repositories/repo/resources?environment=";
  FollowedRepository& repository = server_.options().sources.front();
  repository.environment_texts = {"staging=:s/", "prod=main:p"};
  server_.Start();
  EXPECT_EQ(kept(), "prod=main:p/ staging=:s/ ");
  EXPECT_EQ(HttpGet(server_.port(), target + "prod").status, 200);

  FollowedRepository& changed = server_.settings_file().sources.front();
  changed.environment_texts = {"all="};
  changed.signature_key_texts = {"ssh:/none"};
  server_.Reload();
  EXPECT_EQ(kept(), "all= ssh:/none ");
  EXPECT_EQ(HttpGet(server_.port(), target + "prod").status, 404);
  EXPECT_EQ(HttpGet(server_.port(), target + "all").status, 200);
  changed.environment_texts.reset();
  changed.signature_key_texts = std::vector<std::string>();
  server_.Reload();
  EXPECT_EQ(kept(), "all= ") << "what is left out stays, what is empty goes";

  // At a start, before anything is answered.
  server_.Stop();
  server_.StartWithoutWaiting();
  EXPECT_EQ(kept(), "prod=main:p/ staging=:s/ ");
  server_.Stop();
  repository.environment_texts.reset();
  server_.StartWithoutWaiting();
  EXPECT_EQ(kept(), "prod=main:p/ staging=:s/ ");
}

TEST_F(FollowingTest, AReloadAddsAndRemovesRepositories) {
  server_.Start();
  server_.settings_file().sources = server_.options().sources;
  FollowedRepository& added = server_.settings_file().sources.emplace_back();
  added.name = "remote";
  added.source = git_.Url("remote.git");
  server_.Reload();
  server_.AwaitReadiness(HasSubstr(R"("name":"remote","runs":1,"failures":0)"));
  EXPECT_THAT(Resources("remote"), HasSubstr("remote.txt"));
  added.depth = 5;  // Another way of following: it is looked at anew.
  server_.Reload();
  server_.AwaitReadiness(HasSubstr(R"("name":"remote","runs":1,"failures":0)"));
  server_.settings_file().sources.pop_back();
  server_.Reload();
  server_.AwaitReadiness(Not(HasSubstr("\"remote\"")));
  // The other one was not touched.
  server_.Push("a.txt", "2");
  EXPECT_EQ(Post("/v1/repositories/repo/fetch?wait=30").status, 200);
}

}  // namespace
}  // namespace setpoint::test
