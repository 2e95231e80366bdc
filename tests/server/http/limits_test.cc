// What a request may be and what its answer looks like, over real sockets: too slow, too large, too many, encoded,
// without a body, waited for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>

#include "storage/base/concat.h"
#include "tests/server/http/decoded.h"
#include "tests/server/server_under_test.h"

namespace setpoint::test {
namespace {

using storage::Concat;
using storage::ObjectId;
using testing::HasSubstr;
using testing::Not;

constexpr char kResources[] = "/v1/repositories/repo/resources";
constexpr char kFetch[] = "POST /v1/repositories/repo/fetch HTTP/1.1\r\nHost: localhost\r\n";

std::string ConfigMap(int number) {
  return Concat("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c", number, "}\ndata: {v: '", number, "'}\n");
}

// Enough to be worth encoding.
std::string ManyConfigMaps(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text.append("---\n").append(ConfigMap(i));
  return text;
}

class LimitsTest : public testing::Test {
 protected:
  void Start() {
    server_.Push("many.yaml", ManyConfigMaps(200));
    server_.Start();
  }

  // The word of the problem that the server answers with; it must close after it where `ends` says so.
  enum class End { kGoesOn, kCloses };
  std::string ProblemOf(HttpClient& client, int status, End end) {
    const HttpAnswer answer = client.Read();
    EXPECT_EQ(answer.status, status) << answer.body;
    EXPECT_EQ(answer.headers.at("content-type"), "application/problem+json");
    EXPECT_EQ(answer.headers.contains("connection"), end == End::kCloses);
    if (end == End::kCloses) {
      EXPECT_TRUE(client.IsClosed());
    }
    const std::string type = Member(answer.body, "type");
    return type.substr(type.rfind(':') + 1);
  }

  ServerUnderTest server_;
};

TEST_F(LimitsTest, ABodyThatDoesNotComeInTimeIsNotWaitedFor) {
  server_.options().connections.body_timeout = std::chrono::milliseconds(30);
  Start();
  for (const std::string_view begun :
       {"Content-Length: 10\r\n\r\n{", "Content-Length: 10\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n5\r\nhe",
        "Transfer-Encoding: chunked\r\n\r\n"}) {
    HttpClient client(server_.port());
    client.Send(Concat(kFetch, begun));
    EXPECT_EQ(ProblemOf(client, 408, End::kCloses), "request-timeout") << begun;
  }
  EXPECT_EQ(HttpClient(server_.port()).Post("/v1/repositories/repo/fetch", "{}").status, 202);
}

TEST_F(LimitsTest, ABodyMayBeAsLargeAsItMayBe) {
  server_.options().connections.body_bytes_max = 100;
  Start();
  HttpClient good(server_.port());
  EXPECT_EQ(good.Post("/v1/repositories/repo/fetch", std::string(100, 'x')).status, 202);
  HttpClient large(server_.port());
  large.Send(Concat(kFetch, "Content-Length: 101\r\n\r\n"));
  EXPECT_EQ(ProblemOf(large, 413, End::kCloses), "body-too-large") << "before any of it has come";
  HttpClient chunked(server_.port());
  chunked.Send(Concat(kFetch, "Transfer-Encoding: chunked\r\n\r\n40\r\n", std::string(64, 'x'), "\r\n40\r\n",
                      std::string(64, 'x'), "\r\n0\r\n\r\n"));
  EXPECT_EQ(ProblemOf(chunked, 413, End::kCloses), "body-too-large");
}

TEST_F(LimitsTest, ATargetMayBeAsLongAsItMayBe) {
  server_.options().connections.target_bytes_max = 300;
  Start();
  HttpClient client(server_.port());
  const std::string good = "/v1/status?x=";
  EXPECT_EQ(client.Get(Concat(good, std::string(300 - good.size(), 'y'))).status, 400) << "read, and not understood";
  client.Send(Concat("GET ", good, std::string(301 - good.size(), 'y'), " HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  EXPECT_EQ(ProblemOf(client, 414, End::kGoesOn), "target-too-long");
  EXPECT_EQ(client.Get("/healthz").status, 200);
}

TEST_F(LimitsTest, ParametersAreCounted) {
  Start();
  HttpClient client(server_.port());
  std::string target = "/v1/status?x";
  for (size_t i = 1; i < server::kParametersMax; ++i) target.append("&x");
  EXPECT_THAT(client.Get(target).body, HasSubstr("unknown parameter 'x'")) << "as many as there may be are looked at";
  const HttpAnswer refused = client.Get(Concat(target, "&x"));
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("at most 64 parameters"));
}

TEST_F(LimitsTest, EncodedBodiesAreNotTaken) {
  Start();
  HttpClient client(server_.port());
  for (const std::string_view lines :
       {"Content-Encoding: gzip\r\n", "Content-Encoding: identity\r\nContent-Encoding: zstd\r\n"}) {
    client.Send(Concat(kFetch, lines, "Content-Length: 2\r\n\r\n{}"));
    EXPECT_EQ(ProblemOf(client, 415, End::kGoesOn), "unsupported-encoding") << lines;
  }
  EXPECT_EQ(client.Post("/v1/repositories/repo/fetch", "{}", "Content-Encoding: identity\r\n").status, 202);
}

TEST_F(LimitsTest, AnswersAreEncodedAsAskedFor) {
  Start();
  HttpClient client(server_.port());
  const std::string target = Concat(kResources, "?content=true&limit=10000&at=r2");
  const HttpAnswer plain = client.Get(target);
  EXPECT_EQ(plain.headers.count("content-encoding"), 0U);
  EXPECT_GT(plain.body.size(), size_t{50'000});
  const std::string tag = plain.headers.at("etag");
  const auto encoded = [&](std::string_view lines) {
    const HttpAnswer answer = client.Get(target, lines);
    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(answer.headers.at("vary"), HasSubstr("Accept-Encoding"));
    const auto coding = answer.headers.find("content-encoding");
    if (coding == answer.headers.end()) {
      EXPECT_EQ(answer.body, plain.body);
      EXPECT_EQ(answer.headers.at("etag"), tag);
      return std::string("plain");
    }
    EXPECT_LT(answer.body.size(), plain.body.size() / 4);
    EXPECT_EQ(coding->second == "gzip" ? Unzip(answer.body) : Unzstd(answer.body), plain.body);
    EXPECT_NE(answer.headers.at("etag"), tag) << "a strong tag stands for these very bytes";
    return coding->second;
  };
  EXPECT_EQ(encoded("Accept-Encoding: gzip\r\n"), "gzip");
  EXPECT_EQ(encoded("Accept-Encoding: zstd\r\n"), "zstd");
  EXPECT_EQ(encoded("Accept-Encoding: gzip, deflate, br, zstd\r\n"), "zstd");
  EXPECT_EQ(encoded("Accept-Encoding: br\r\nAccept-Encoding: gzip\r\n"), "gzip") << "a list over two lines";
  EXPECT_EQ(encoded("Accept-Encoding: zstd;q=0, gzip;q=0.001\r\n"), "gzip");
  EXPECT_EQ(encoded("Accept-Encoding: gzip;q=0, zstd;q=0\r\n"), "plain");
  EXPECT_EQ(encoded("Accept-Encoding: *;q=0\r\n"), "plain");
  EXPECT_EQ(encoded("Accept-Encoding: identity\r\n"), "plain");
  EXPECT_EQ(encoded("Accept-Encoding: identity, gzip;q=0.5\r\n"), "plain");
  EXPECT_EQ(encoded("Accept-Encoding: br\r\n"), "plain");
}

TEST_F(LimitsTest, AnEncodedAnswerIsKnownAgain) {
  Start();
  HttpClient client(server_.port());
  const std::string target = Concat(kResources, "?limit=10000&at=r2");
  const std::string tag = client.Get(target, "Accept-Encoding: gzip\r\n").headers.at("etag");
  const HttpAnswer kept =
      client.Get(target, Concat("Accept-Encoding: gzip\r\nIf-None-Match: \"other\"\r\nIf-None-Match: ", tag, "\r\n"));
  EXPECT_EQ(kept.status, 304);
  EXPECT_EQ(kept.headers.at("etag"), tag);
  EXPECT_EQ(kept.headers.count("content-length"), 0U);
  EXPECT_EQ(client.Get(target, "If-None-Match: \"other\"\r\n").status, 200);
}

TEST_F(LimitsTest, FormsAreChosenByAllOfAccept) {
  Start();
  const std::string target = Concat(kResources, "/many.yaml%23ConfigMap%2Fc1?at=r2");
  HttpClient client(server_.port());
  const auto type = [&](std::string_view lines) { return client.Get(target, lines).headers.at("content-type"); };
  EXPECT_EQ(type("Accept: image/png\r\nAccept: application/json\r\n"), "application/json");
  EXPECT_EQ(type("Accept: application/json;q=0.1\r\nAccept: application/yaml\r\n"), "application/yaml");
  EXPECT_EQ(client.Get(target, "Accept: image/png\r\nAccept: image/gif\r\n").status, 406);
  const auto stream_type = [&](std::string_view lines) {
    return HttpClient(server_.port()).OpenStream("/v1/watch", lines).headers.at("content-type");
  };
  EXPECT_EQ(stream_type("Accept: */*\r\n"), "application/x-ndjson");
  EXPECT_EQ(stream_type("Accept: */*;q=0.1\r\nAccept: text/event-stream\r\n"), "text/event-stream");
  EXPECT_EQ(stream_type("Accept: application/x-ndjson, text/event-stream;q=0.5\r\n"), "application/x-ndjson");
  EXPECT_EQ(stream_type("Accept: text/event-stream;q=0\r\n"), "application/x-ndjson");
}

// The header of the answer to GET, and nothing after it.
TEST_F(LimitsTest, HeadIsGetWithoutABody) {
  Start();
  HttpClient client(server_.port());
  for (const std::string& target :
       {Concat(kResources, "?limit=10000&at=r2"), Concat(kResources, "/many.yaml%23ConfigMap%2Fc1?at=r2"),
        std::string("/v1/status"), std::string("/openapi.json"), std::string("/nowhere"),
        Concat(kResources, "?knd=x")}) {
    for (const std::string_view lines : {"", "Accept-Encoding: gzip\r\n"}) {
      const HttpAnswer get = client.Get(target, lines);
      client.Send(Concat("HEAD ", target, " HTTP/1.1\r\nHost: localhost\r\n", lines, "\r\n"));
      const HttpAnswer head = client.Read(/*has_body=*/false);
      EXPECT_EQ(head.status, get.status) << target;
      for (const char* name : {"content-type", "content-encoding", "transfer-encoding", "etag", "cache-control"}) {
        const auto of_get = get.headers.find(name);
        const auto of_head = head.headers.find(name);
        ASSERT_EQ(of_head == head.headers.end(), of_get == get.headers.end()) << name << " of " << target;
        if (of_get != get.headers.end()) {
          EXPECT_EQ(of_head->second, of_get->second) << name << " of " << target;
        }
      }
    }
  }
  client.Send("HEAD /v1/watch HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const HttpAnswer watch = client.Read(/*has_body=*/false);
  EXPECT_EQ(watch.status, 200);
  EXPECT_TRUE(client.IsClosed()) << "as after the stream itself";
}

TEST_F(LimitsTest, ACommitThatIsStillToComeIsWaitedFor) {
  Start();
  HistoryCommit commit;
  commit.parents = {server_.Push("a.yaml", ConfigMap(1))};
  commit.files = {{"late.yaml", HistoryFile(ConfigMap(2))}};
  const ObjectId late = server_.history().Commit(commit);
  const std::string target = Concat(kResources, "?at=", late.Hex());
  HttpClient client(server_.port());
  EXPECT_EQ(client.Get(target).status, 404) << "nothing leads there yet";
  client.Send(Concat("GET ", target, "&wait=30 HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  EXPECT_EQ(HttpGet(server_.port(), "/v1/status").status, 200) << "meanwhile others are served";
  server_.history().SetRef("refs/heads/main", late);
  const HttpAnswer answer = client.Read();
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr("late.yaml#ConfigMap/c2"));
}

TEST_F(LimitsTest, WhatCannotComeIsNotWaitedFor) {
  Start();
  HttpClient client(server_.port());
  EXPECT_EQ(client.Get(Concat(kResources, "?at=main~1&wait=30")).status, 400);
  EXPECT_EQ(client.Get(Concat(kResources, "/none?at=r2&wait=30")).status, 404);
  EXPECT_EQ(client.Get(Concat(kResources, "?wait=31")).status, 400);
  EXPECT_THAT(client.Get(Concat(kResources, "?at=", std::string(40, '1'), "&wait=0")).body,
              Not(HasSubstr("resources")));
}

}  // namespace
}  // namespace setpoint::test
