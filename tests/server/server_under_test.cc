#include "tests/server/server_under_test.h"

#include <gtest/gtest.h>

#include <chrono>
#include <utility>

#include "query/json_value.h"
#include "storage/base/concat.h"
#include "storage/ingest/rebuild.h"

namespace setpoint::test {

ServerUnderTest::ServerUnderTest() : history_(directory_.path() + "/source") {
  options_.listen = "127.0.0.1:0";
  storage::RepositorySettings settings;
  settings.name = "repo";
  settings.source = history_.directory();
  settings.owned_patterns = {"refs/heads/*"};
  options_.sources = {settings};
}

ServerUnderTest::~ServerUnderTest() { Stop(); }

void ServerUnderTest::StartWithoutWaiting() {
  auto database = storage::OpenDatabase(directory_.path() + "/data", {.mode = storage::OpenMode::kCreateIfMissing});
  ASSERT_TRUE(database.ok()) << database.status();
  database_ = database->get();
  settings_file_ = options_;
  auto app = server::App::Create(*std::move(database), options_,
                                 [this]() -> absl::StatusOr<server::ServerOptions> { return settings_file_; });
  ASSERT_TRUE(app.ok()) << app.status();
  app_ = *std::move(app);
  const std::string url = app_->Url();
  port_ = static_cast<uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  thread_ = std::thread([this] { app_->Run(server::SignalHandling::kNone); });
}

void ServerUnderTest::Start() {
  ASSERT_NO_FATAL_FAILURE(StartWithoutWaiting());
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  HttpClient client(port_);
  while (client.Get("/readyz").status != 200) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "the server did not become ready";
    std::this_thread::yield();
  }
}

void ServerUnderTest::Stop() {
  if (app_ == nullptr) return;
  app_->Stop();
  thread_.join();
  app_.reset();
}

void ServerUnderTest::AwaitReadiness(const testing::Matcher<std::string>& matcher) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  HttpClient client(port_);
  for (std::string body; !matcher.Matches(body = client.Get("/readyz").body);) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline) << body;
    std::this_thread::yield();
  }
}

void ServerUnderTest::AwaitWatchers(size_t count) {
  AwaitReadiness(testing::HasSubstr(storage::Concat("\"watchers\":", count, "}")));
}

storage::ObjectId ServerUnderTest::Push(const std::string& path, const std::string& text) {
  HistoryCommit commit;
  if (!tip_.IsZero()) commit.parents = {tip_};
  commit.files = {{path, HistoryFile(text)}};
  tip_ = history_.Commit(commit);
  history_.SetRef("refs/heads/main", tip_);
  return tip_;
}

std::string Member(const std::string& line, const std::string& name) {
  const auto value = query::ParseJson(line);
  EXPECT_TRUE(value.ok()) << line;
  if (!value.ok()) return "";
  const query::JsonValue* member = value->Find(name);
  return member == nullptr ? "" : member->Scalar();
}

std::string NextEvent(HttpClient& stream) {
  while (true) {
    auto line = stream.NextLine();
    if (!line.has_value()) return "";
    if (Member(*line, "type") != "bookmark") return *std::move(line);
  }
}

}  // namespace setpoint::test
