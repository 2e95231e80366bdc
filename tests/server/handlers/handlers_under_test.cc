#include "tests/server/handlers/handlers_under_test.h"

#include <gtest/gtest.h>

#include "query/json_value.h"
#include "server/handlers/read_routes.h"
#include "server/http/body.h"
#include "server/http/ready_answer.h"
#include "storage/base/concat.h"
#include "storage/base/digest.h"
#include "storage/engine/write_batch.h"
#include "storage/projections/repository_settings.h"
#include "storage/projections/verdicts.h"

namespace setpoint::test {

HandlersUnderTest::HandlersUnderTest()
    : history_(directory_.path() + "/source"),
      store_(store_directory(), history_.directory()),
      context_{store_.database(), store_.clock()} {
  server::AddReadRoutes(context_, router_);
}

storage::ObjectId HandlersUnderTest::Push(HistoryCommit commit) {
  if (!tip_.IsZero()) commit.parents.insert(commit.parents.begin(), tip_);
  tip_ = history_.Commit(commit);
  history_.SetRef("refs/heads/main", tip_);
  store_.Ingest();
  return tip_;
}

storage::ObjectId HandlersUnderTest::Push(const std::string& path, const std::string& text) {
  return Push(HistoryCommit{.files = {{path, HistoryFile(text)}}});
}

void HandlersUnderTest::PushDemonstration() {
  const auto config = [](int value) {
    return storage::Concat("# a comment\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {app: web}}\n",
                           "data: {v: '", value, "'}\n");
  };
  const auto first = Push("a.yaml", config(1));
  history_.SetRef("refs/tags/v1", first);
  Push("b.json", "{\"x\": 1, \"image\": \"acme/web:1\"}\n");
  const auto side = history_.Commit({.parents = {first}, .files = {{"c.txt", "text\n"}}, .message = "on the side\n"});
  history_.SetRef("refs/heads/side", side);
  Push("a.yaml", config(2));
  Push(HistoryCommit{.parents = {side}, .files = {{"c.txt", "text\n"}}, .message = "merge\n"});
  Push(HistoryCommit{.files = {{"moved/b.json", "{\"x\": 1, \"image\": \"acme/web:1\"}\n"}}, .removed = {"b.json"}});
  Push("moved/b.json", "{\"x\": 1, \"image\": \"acme/web:2\"}\n");
  Push(HistoryCommit{.removed = {"c.txt"}, .message = "drop c\n", .author = "Bob <bob@example.com>"});
}

void HandlersUnderTest::PutKeyring(const std::string& text) {
  storage::WriteBatch batch;
  const storage::RepositoryId repository = store_.database().catalog.names.FindRepository("repo");
  storage::PutCurrentKeyring(repository, {.digest = storage::Sha256(text), .changes = 1}, batch);
  EXPECT_TRUE(store_.database().store->Write(batch).ok());
}

void HandlersUnderTest::SetEnvironments(std::vector<storage::Environment> environments) {
  storage::Store& store = *store_.database().store;
  auto settings = storage::ListRepositorySettings(store).value().front();
  settings.environments = std::move(environments);
  storage::WriteBatch batch;
  storage::PutRepositorySettings(settings, batch);
  EXPECT_TRUE(store.Write(batch).ok());
}

server::Response HandlersUnderTest::Get(std::string_view target, const Headers& headers) {
  auto request = server::ParseTarget(target);
  EXPECT_TRUE(request.ok()) << request.status();
  request->headers = headers;
  request->caller = caller_;
  const server::Router::Match match = router_.Find(*request);
  EXPECT_NE(match.handler, nullptr) << target;
  if (match.handler == nullptr) return {};
  server::Response response = server::MakeReady(*request, std::get<server::AnswerHandler>(*match.handler)(*request));
  if (response.rest != nullptr) {
    EXPECT_TRUE(server::ReadToEnd(*response.rest, response.body).ok()) << target;
    response.rest = nullptr;
  }
  return response;
}

std::string HandlersUnderTest::Body(std::string_view target) {
  server::Response response = Get(target);
  EXPECT_EQ(response.status, 200U) << target << " " << response.body;
  return std::move(response.body);
}

std::string HandlersUnderTest::Problem(std::string_view target, unsigned status) {
  const server::Response response = Get(target);
  EXPECT_EQ(response.status, status) << target << " " << response.body;
  EXPECT_EQ(response.content_type, "application/problem+json");
  const auto value = query::ParseJson(response.body);
  EXPECT_TRUE(value.ok()) << response.body;
  const query::JsonValue* type = value.ok() ? value->Find("type") : nullptr;
  const std::string text = type == nullptr ? "" : type->Scalar();
  return text.substr(text.rfind(':') + 1);
}

std::string ListOf(const std::string& body, const std::string& name) {
  const std::string begin = storage::Concat("\"", name, "\":[");
  const size_t at = body.find(begin);
  if (at == std::string::npos) return "no list";
  size_t end = body.find(",\"continue\":", at);
  if (end == std::string::npos) end = body.rfind('}');
  return body.substr(at + begin.size() - 1, end - at - begin.size() + 1);
}

}  // namespace setpoint::test
