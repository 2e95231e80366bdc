// What is decided about a request without a socket: its target, its parameters, its route, its error.
#include "server/http/request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "query/errors.h"
#include "server/handlers/page_token.h"
#include "server/http/error_mapping.h"
#include "server/http/query_reader.h"
#include "server/http/router.h"

namespace setpoint::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

TEST(ParseTargetTest, DecodesSegmentsAndParameters) {
  const auto request = ParseTarget("/v1/r/a%2Fb%23c%20d/?x=1%262&y=a+b&&z&x=");
  ASSERT_TRUE(request.ok());
  EXPECT_THAT(request->segments, ElementsAre("v1", "r", "a/b#c d", ""));
  EXPECT_THAT(request->query, ElementsAre(Pair("x", "1&2"), Pair("y", "a b"), Pair("z", ""), Pair("x", "")));
}

TEST(ParseTargetTest, RefusesWhatIsNoTarget) {
  for (const char* target : {"", "*", "v1", "http://host/v1", "/%", "/%4", "/%zz", "/v1?x=%f", "/?%=1"}) {
    EXPECT_EQ(ParseTarget(target).status().code(), absl::StatusCode::kInvalidArgument) << target;
  }
}

TEST(QueryReaderTest, TakesWhatIsKnown) {
  const QueryParameters query = {{"at", "r1"}, {"limit", "7"}, {"field", "a"}, {"field", "b"}, {"content", "true"}};
  QueryReader reader(query);
  EXPECT_EQ(reader.Take("at"), "r1");
  EXPECT_EQ(reader.Take("axis"), std::nullopt);
  EXPECT_EQ(reader.TakeNumber("limit", 10), 7U);
  EXPECT_THAT(reader.TakeAll("field"), ElementsAre("a", "b"));
  EXPECT_TRUE(reader.TakeBool("content"));
  EXPECT_TRUE(reader.Finish().ok());
}

TEST(QueryReaderTest, RefusesWhatNobodyTook) {
  const QueryParameters query = {{"knd", "Deployment"}};
  QueryReader reader(query);
  reader.Take("kind");
  EXPECT_THAT(reader.Finish().ToString(), HasSubstr("unknown parameter 'knd'; known here: kind"));
}

TEST(QueryReaderTest, RefusesRepeatedAndMisshapenValues) {
  for (const QueryParameters& query :
       {QueryParameters{{"limit", "1"}, {"limit", "2"}}, QueryParameters{{"limit", "x"}},
        QueryParameters{{"limit", ""}}, QueryParameters{{"limit", "-1"}}, QueryParameters{{"limit", "11"}}}) {
    QueryReader reader(query);
    reader.TakeNumber("limit", 10);
    EXPECT_FALSE(reader.Finish().ok()) << query[0].second;
  }
  const QueryParameters query = {{"snapshot", "yes"}};
  QueryReader reader(query);
  reader.TakeBool("snapshot");
  EXPECT_FALSE(reader.Finish().ok());
}

TEST(RouterTest, FindsTheHandlerAndItsCaptures) {
  Router router;
  router.Get("/v1/repositories", AnswerHandler());
  router.Get("/v1/repositories/{}/resources/{}", AnswerHandler());
  auto request = *ParseTarget("/v1/repositories/fleet/resources/a%2Fb.yaml%23Pod%2Fx");
  EXPECT_NE(router.Find(request).handler, nullptr);
  EXPECT_THAT(request.captures, ElementsAre("fleet", "a/b.yaml#Pod/x"));
  request = *ParseTarget("/v1/repositories");
  EXPECT_NE(router.Find(request).handler, nullptr);
  EXPECT_THAT(request.captures, IsEmpty());
  for (const char* target : {"/", "/v1", "/v1/repositories/", "/v2/repositories", "/v1/repositories/x/resources"}) {
    request = *ParseTarget(target);
    EXPECT_EQ(router.Find(request).handler, nullptr) << target;
    EXPECT_EQ(router.Find(request).allow, "") << target;
  }
}

Response Answer(unsigned status) {
  Response response;
  response.status = status;
  return response;
}

TEST(RouterTest, TellsMethodsApart) {
  Router router;
  router.Get("/a", AnswerHandler([](const Request&) { return Answer(200); }));
  router.Post("/a", [](const Request&) { return Answer(202); });
  router.Post("/{}/b", [](const Request&) { return Answer(202); });
  const auto status_of = [&router](Method method) {
    Request request = *ParseTarget("/a");
    request.method = method;
    return std::get<AnswerHandler>(*router.Find(request).handler)(request)->status;
  };
  EXPECT_EQ(status_of(Method::kGet), 200U);
  EXPECT_EQ(status_of(Method::kPost), 202U);
  Request request = *ParseTarget("/a");
  request.method = Method::kOther;
  EXPECT_EQ(router.Find(request).handler, nullptr);
  EXPECT_EQ(router.Find(request).allow, "GET, HEAD, POST");
  request = *ParseTarget("/x/b");
  EXPECT_EQ(router.Find(request).handler, nullptr);
  EXPECT_EQ(router.Find(request).allow, "POST");
  EXPECT_THAT(request.captures, IsEmpty());
}

TEST(RequestTest, FindsHeadersByName) {
  Request request;
  request.headers = {{"accept", "a"}, {"x", ""}, {"accept", "b"}};
  EXPECT_EQ(request.Header("accept"), "a");
  EXPECT_EQ(request.Header("x"), "");
  EXPECT_EQ(request.Header("y"), std::nullopt);
  EXPECT_EQ(request.ListHeader("accept"), "a, b");
  EXPECT_EQ(request.ListHeader("x"), "");
  EXPECT_EQ(request.ListHeader("y"), std::nullopt);
}

TEST(ErrorMappingTest, MakesProblemDocuments) {
  const Response problem = ProblemOf(query::NotFound("unknown-commit", "no commit \"x\""));
  EXPECT_EQ(problem.status, 404U);
  EXPECT_EQ(problem.content_type, "application/problem+json");
  EXPECT_EQ(problem.body, R"({"type":"urn:setpoint:problem:unknown-commit","title":"Not Found","status":404,)"
                          R"("detail":"no commit \"x\""})"
                          "\n");
  EXPECT_EQ(ProblemOf(absl::InvalidArgumentError("")).status, 400U);
  EXPECT_EQ(ProblemOf(absl::FailedPreconditionError("")).status, 409U);
  EXPECT_EQ(ProblemOf(absl::OutOfRangeError("")).status, 410U);
  EXPECT_EQ(ProblemOf(absl::DataLossError("")).status, 500U);
  EXPECT_EQ(ProblemOf(absl::UnavailableError("")).status, 503U);
}

TEST(PageTokenTest, ComesBackAsItWas) {
  const PageToken token{.question = std::string(16, 'q'),
                        .cut = storage::Revision(1'000'001),
                        .position = storage::Revision(1'000'000),
                        .axis = storage::TimeAxis::kObserved,
                        .now = -5,
                        .cursor = "a/b.yaml#Pod/x"};
  EXPECT_EQ(PageToken::Decode(token.Encode()), token);
  for (const char* text : {"", "zz", "01", "0107", "ff0701aa"}) {
    EXPECT_EQ(PageToken::Decode(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace setpoint::server
