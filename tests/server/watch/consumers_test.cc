// Named consumers, end to end: what they acknowledged, how far behind they are, what they have seen.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "query/json_value.h"
#include "storage/base/concat.h"
#include "tests/server/http_client.h"
#include "tests/server/server_under_test.h"

namespace setpoint::test {
namespace {

using storage::Concat;
using storage::ObjectId;
using testing::HasSubstr;
using testing::Not;

std::string ConfigMap(const std::string& name, int value) {
  return Concat("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ", name, "}\ndata: {v: '", value, "'}\n");
}

class ConsumersTest : public testing::Test {
 protected:
  HttpAnswer Acknowledge(const std::string& name, const std::string& cursor, const std::string& more = "") {
    return HttpClient(server_.port())
        .Post(Concat("/v1/consumers/", name), Concat(R"({"cursor":")", cursor, "\"", more, "}"));
  }
  std::string Get(const std::string& target) {
    const HttpAnswer answer = HttpGet(server_.port(), target);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.body;
  }
  // What a member of an object says; the object is given whole.
  static std::string Lag(const std::string& consumer, const std::string& member) {
    const auto value = query::ParseJson(consumer);
    EXPECT_TRUE(value.ok()) << consumer;
    const query::JsonValue* lag = value->Find("lag");
    return lag == nullptr || lag->Find(member) == nullptr ? "" : lag->Find(member)->Scalar();
  }
  // Who has seen the commit that was asked about ("true"), or who has not.
  static std::vector<std::string> Names(const std::string& body, const std::string& seen) {
    const auto value = query::ParseJson(body);
    EXPECT_TRUE(value.ok()) << body;
    std::vector<std::string> names;
    for (const query::JsonValue& item : value->Find("consumers")->items) {
      if (item.Find("seen")->Scalar() == seen) names.push_back(item.Find("name")->Scalar());
    }
    return names;
  }

  ServerUnderTest server_;
};

TEST_F(ConsumersTest, AcknowledgedCursorsGoForwardAndOutliveTheServer) {
  for (int i = 0; i < 4; ++i) server_.Push("a.yaml", ConfigMap("a", i));
  server_.Start();
  EXPECT_EQ(HttpGet(server_.port(), "/v1/consumers/argo").status, 404);
  const HttpAnswer first = Acknowledge("argo", "r3.1");
  EXPECT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(Member(first.body, "cursor"), "r3.1");
  EXPECT_EQ(Acknowledge("argo", "r3.1").status, 200) << "again is no harm";
  EXPECT_EQ(Acknowledge("argo", "r4").status, 200);
  const HttpAnswer back = Acknowledge("argo", "r2");
  EXPECT_EQ(back.status, 409);
  EXPECT_THAT(back.body, HasSubstr("urn:setpoint:problem:behind-acknowledged"));
  EXPECT_EQ(Member(Get("/v1/consumers/argo"), "cursor"), "r4");
  EXPECT_EQ(Acknowledge("argo", "r2", R"(,"force":true)").status, 200);
  EXPECT_EQ(Acknowledge("argo", "r99").status, 410);
  server_.Stop();
  server_.Start();
  EXPECT_EQ(Member(Get("/v1/consumers/argo"), "cursor"), "r2");
  EXPECT_EQ(HttpClient(server_.port()).Post("/v1/consumers/argo", R"({"forget":true})").status, 200);
  EXPECT_EQ(HttpGet(server_.port(), "/v1/consumers/argo").status, 404);
  EXPECT_EQ(HttpClient(server_.port()).Post("/v1/consumers/argo", R"({"forget":true})").status, 404);
}

TEST_F(ConsumersTest, RefusesWhatItDoesNotUnderstand) {
  server_.Push("a.yaml", ConfigMap("a", 0));
  server_.Start();
  for (const char* body : {"", "[]", "{}", R"({"cursor":7})", R"({"cursor":"main"})",
                           R"({"cursor":"r1","forget":true})", R"({"cursor":"r1","colour":"red"})"}) {
    EXPECT_EQ(HttpClient(server_.port()).Post("/v1/consumers/a", body).status, 400) << body;
  }
  EXPECT_EQ(Acknowledge("a%20b", "r1").status, 400);
  EXPECT_EQ(Acknowledge("-a", "r1").status, 400);
  EXPECT_EQ(HttpGet(server_.port(), "/v1/watch?consumer=a%20b").status, 400);
  EXPECT_EQ(Get("/v1/consumers"), "{\"consumers\":[]}\n");
}

TEST_F(ConsumersTest, SaysHowFarBehindEachIs) {
  for (int i = 0; i < 4; ++i) server_.Push("a.yaml", ConfigMap("a", i));
  server_.Start();
  HttpClient stream(server_.port());
  EXPECT_EQ(stream.OpenStream("/v1/watch?consumer=flux&from=start&repo=repo&kind=ConfigMap").status, 200);
  EXPECT_EQ(Member(NextEvent(stream), "type"), "ref_created");
  EXPECT_EQ(Member(NextEvent(stream), "cursor"), "r2.1");
  EXPECT_EQ(Acknowledge("flux", "r2.1").status, 200);
  const std::string flux = Get("/v1/consumers/flux");
  EXPECT_EQ(Member(flux, "watch"), "repo=repo&kind=ConfigMap");
  EXPECT_EQ(Member(flux, "repository"), "repo");
  EXPECT_EQ(Lag(flux, "revisions"), "3");
  EXPECT_EQ(Lag(flux, "changes"), "3");
  EXPECT_THAT(Get("/v1/status"), HasSubstr(R"("consumers":[{"name":"flux","cursor":"r2.1")"));
  EXPECT_EQ(Acknowledge("flux", "r5").status, 200);
  EXPECT_EQ(Lag(Get("/v1/consumers/flux"), "revisions"), "0");
  EXPECT_EQ(Lag(Get("/v1/consumers/flux"), "seconds"), "0");
}

TEST_F(ConsumersTest, ANamedWatchGoesOnWhereItWas) {
  for (int i = 0; i < 4; ++i) server_.Push("a.yaml", ConfigMap("a", i));
  server_.Start();
  EXPECT_EQ(Acknowledge("argo", "r3.1").status, 200);
  HttpClient stream(server_.port());
  stream.OpenStream("/v1/watch?consumer=argo");
  EXPECT_EQ(Member(NextEvent(stream), "cursor"), "r4.1");
  HttpClient elsewhere(server_.port());
  elsewhere.OpenStream("/v1/watch?consumer=argo&from=r4");
  EXPECT_EQ(Member(NextEvent(elsewhere), "cursor"), "r5.1");
}

// main: r2, r3 = first; a side branch is merged by the fifth entry of main. Who has seen the side branch's commit is
// who has seen the merge.
TEST_F(ConsumersTest, SaysWhoHasSeenACommit) {
  const ObjectId base = server_.Push("a.yaml", ConfigMap("a", 0));
  const ObjectId first = server_.Push("a.yaml", ConfigMap("a", 1));
  HistoryCommit on_side;
  on_side.parents = {base};
  on_side.files = {{"b.yaml", HistoryFile(ConfigMap("b", 0))}, {"c.yaml", HistoryFile(ConfigMap("c", 0))}};
  const ObjectId side = server_.history().Commit(on_side);
  HistoryCommit merging;
  merging.parents = {first, side};
  merging.files = on_side.files;
  const ObjectId merge = server_.history().Commit(merging);
  server_.history().SetRef("refs/heads/main", merge);
  server_.Start();
  const std::string side_seen = Concat("/v1/consumers?seen=", side.Hex());
  // Which revision the merge has: that of the newest entry.
  HttpClient stream(server_.port());
  stream.OpenStream("/v1/watch?consumer=only-b&name=b&from=start");
  NextEvent(stream);
  const std::string b = NextEvent(stream);
  EXPECT_EQ(Member(b, "name"), "b");
  EXPECT_EQ(Acknowledge("only-b", Member(b, "cursor")).status, 200);
  const std::string merged = Member(b, "revision");
  EXPECT_EQ(Acknowledge("early", "r3").status, 200);
  EXPECT_EQ(Acknowledge("late", Concat("r", merged)).status, 200);
  EXPECT_EQ(Acknowledge("half-way", Member(b, "cursor")).status, 200);
  const std::string body = Get(side_seen);
  // `only-b` has had the first of two changes, and is sent no other; `half-way` lacks the second.
  EXPECT_EQ(Names(body, "true"), (std::vector<std::string>{"late", "only-b"})) << body;
  EXPECT_EQ(Names(body, "false"), (std::vector<std::string>{"early", "half-way"})) << body;
  EXPECT_THAT(body, HasSubstr(Concat("\"landed\":", merged)));
  const std::string of_first = Get(Concat("/v1/consumers?seen=", first.Hex()));
  EXPECT_EQ(Names(of_first, "false"), std::vector<std::string>{});
  EXPECT_EQ(HttpGet(server_.port(), "/v1/consumers?seen=0123456789012345678901234567890123456789").status, 404);
}

TEST_F(ConsumersTest, ManyAtOnceAreAllKept) {
  for (int i = 0; i < 4; ++i) server_.Push("a.yaml", ConfigMap("a", i));
  server_.Start();
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([this, t] {
      HttpClient client(server_.port());
      for (int revision = 1; revision <= 5; ++revision) {
        const HttpAnswer answer =
            client.Post(Concat("/v1/consumers/c", t % 4, "-", t), Concat(R"({"cursor":"r)", revision, "\"}"));
        EXPECT_EQ(answer.status, 200) << answer.body;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::string all = Get("/v1/consumers");
  for (int t = 0; t < 8; ++t) EXPECT_THAT(all, HasSubstr(Concat(R"("name":"c)", t % 4, "-", t, R"(","cursor":"r5")")));
  EXPECT_THAT(all, Not(HasSubstr(R"("cursor":"r4")")));
}

}  // namespace
}  // namespace setpoint::test
