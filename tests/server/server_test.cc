// The whole server, end to end: a repository, a store, a port, clients.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "storage/base/concat.h"
#include "tests/server/http_client.h"
#include "tests/server/server_under_test.h"

namespace setpoint::test {
namespace {

using storage::Concat;
using testing::HasSubstr;

constexpr char kResources[] = "/v1/repositories/repo/resources";

std::string ConfigMap(int value) {
  return Concat("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {v: '", value, "'}\n");
}

class ServerTest : public testing::Test {
 protected:
  ServerUnderTest server_;
};

TEST_F(ServerTest, ListsWhatIsDeclared) {
  server_.Push("a.yaml", ConfigMap(1));
  server_.Push("b/c.txt", "text");
  server_.Start();
  HttpClient client(server_.port());
  const HttpAnswer list = client.Get(kResources);
  EXPECT_EQ(list.status, 200);
  EXPECT_EQ(list.headers.at("content-type"), "application/json");
  EXPECT_THAT(list.body, HasSubstr(R"("key":"a.yaml#ConfigMap/a")"));
  EXPECT_THAT(list.body, HasSubstr(R"("key":"b/c.txt#)"));
  EXPECT_THAT(client.Get(Concat(kResources, "?kind=ConfigMap")).body, testing::Not(HasSubstr("c.txt")));
  EXPECT_THAT(client.Get(Concat(kResources, "?at=r2")).body, testing::Not(HasSubstr("c.txt")));
  const HttpAnswer one = client.Get(Concat(kResources, "/a.yaml%23ConfigMap%2Fa?at=r2"));
  EXPECT_EQ(one.status, 200);
  EXPECT_THAT(one.body, HasSubstr(R"("content":{"apiVersion":"v1","data":{"v":"1"})"));
  EXPECT_THAT(client.Get("/v1/repositories").body, HasSubstr(R"("name":"repo")"));
  EXPECT_THAT(client.Get("/v1/repositories/repo/refs").body, HasSubstr("refs/heads/main"));
  EXPECT_THAT(client.Get("/v1/status").body, HasSubstr(R"("applied":3)"));
  EXPECT_EQ(client.Get("/healthz").status, 200);
}

TEST_F(ServerTest, PagesAreOneConsistentCut) {
  for (int i = 0; i < 5; ++i) server_.Push(Concat("f", i, ".txt"), "x");
  server_.Start();
  HttpClient client(server_.port());
  std::vector<std::string> keys;
  std::string next = Concat(kResources, "?limit=2");
  while (!next.empty()) {
    const HttpAnswer page = client.Get(next);
    ASSERT_EQ(page.status, 200) << page.body;
    for (size_t at = 0; (at = page.body.find("\"key\":\"", at)) != std::string::npos; ++at) {
      keys.push_back(page.body.substr(at + 7, 6));
    }
    const std::string token = Member(page.body, "continue");
    next = token.empty() ? "" : Concat(kResources, "?limit=2&continue=", token);
    // What comes between two pages is in none of them.
    if (keys.size() == 2) {
      HttpClient stream(server_.port());
      stream.OpenStream("/v1/watch?from=r6");
      server_.Push("f0a.txt", "new");
      EXPECT_EQ(Member(NextEvent(stream), "operation"), "created");
    }
  }
  EXPECT_EQ(keys, (std::vector<std::string>{"f0.txt", "f1.txt", "f2.txt", "f3.txt", "f4.txt"}));
}

TEST_F(ServerTest, StreamsFromTheStartAndThenWhatIsPushed) {
  server_.Push("a.yaml", ConfigMap(1));
  server_.Start();
  HttpClient stream(server_.port());
  const HttpAnswer header = stream.OpenStream("/v1/watch?from=start");
  EXPECT_EQ(header.status, 200);
  EXPECT_EQ(header.headers.at("content-type"), "application/x-ndjson");
  EXPECT_EQ(Member(NextEvent(stream), "type"), "ref_created");
  EXPECT_EQ(Member(NextEvent(stream), "operation"), "created");
  for (int i = 2; i < 10; ++i) {
    server_.Push("a.yaml", ConfigMap(i));
    const std::string event = NextEvent(stream);
    EXPECT_EQ(Member(event, "operation"), "updated");
    EXPECT_THAT(event, HasSubstr(Concat(R"("data":{"v":")", i, "\"}")));
  }
}

TEST_F(ServerTest, ResumesAtEveryCursor) {
  for (int i = 0; i < 6; ++i) server_.Push("a.yaml", ConfigMap(i));
  server_.Start();
  std::vector<std::string> lines;
  HttpClient stream(server_.port());
  stream.OpenStream("/v1/watch?from=start");
  for (int i = 0; i < 7; ++i) lines.push_back(NextEvent(stream));
  for (size_t cut = 0; cut + 1 < lines.size(); ++cut) {
    HttpClient resumed(server_.port());
    resumed.OpenStream(Concat("/v1/watch?from=", Member(lines[cut], "cursor")));
    for (size_t i = cut + 1; i < lines.size(); ++i) EXPECT_EQ(NextEvent(resumed), lines[i]);
  }
}

TEST_F(ServerTest, StopsWithALastLineAndGoesOnAfterARestart) {
  server_.Push("a.yaml", ConfigMap(1));
  server_.Start();
  std::string cursor;
  {
    HttpClient stream(server_.port());
    stream.OpenStream("/v1/watch?from=start");
    NextEvent(stream);
    NextEvent(stream);
    server_.RequestStop();
    const std::string closed = NextEvent(stream);
    EXPECT_EQ(Member(closed, "type"), "closed");
    EXPECT_EQ(Member(closed, "final"), "false");
    cursor = Member(closed, "cursor");
    EXPECT_EQ(stream.NextLine(), std::nullopt);
  }
  server_.Stop();
  server_.Push("a.yaml", ConfigMap(2));
  server_.Start();
  HttpClient stream(server_.port());
  stream.OpenStream(Concat("/v1/watch?from=", cursor));
  EXPECT_EQ(Member(NextEvent(stream), "operation"), "updated");
}

TEST_F(ServerTest, SendsBookmarksWhileNothingHappens) {
  server_.options().watch.bookmark_interval = std::chrono::milliseconds(20);
  server_.Push("a.yaml", ConfigMap(1));
  server_.Start();
  HttpClient stream(server_.port());
  stream.OpenStream("/v1/watch");
  for (int i = 0; i < 3; ++i) {
    const auto line = stream.NextLine();
    ASSERT_TRUE(line.has_value());
    EXPECT_EQ(*line, R"({"type":"bookmark","cursor":"r2","revision":2})");
  }
}

// More than the socket and one batch hold, to a client that reads nothing until all of it is there: the store goes on
// taking commits, other watchers get them, and the slow one misses nothing.
TEST_F(ServerTest, ASlowReaderHurtsNobodyAndMissesNothing) {
  server_.options().watch.batch_bytes_max = 1 << 16;
  server_.Push("a.yaml", "v: first");
  server_.Start();
  HttpClient slow(server_.port(), HttpClient::ReceiveBuffer::kSmall);
  slow.OpenStream("/v1/watch?from=r2");
  HttpClient quick(server_.port());
  quick.OpenStream("/v1/watch?from=r2");
  constexpr int kPushes = 12;
  for (int i = 0; i < kPushes; ++i) {
    server_.Push("a.yaml", Concat("v: ", std::string(1 << 19, static_cast<char>('a' + i)), "\n"));
    EXPECT_EQ(Member(NextEvent(quick), "revision"), std::to_string(i + 3));
  }
  for (int i = 0; i < kPushes; ++i) EXPECT_EQ(Member(NextEvent(slow), "revision"), std::to_string(i + 3));
}

TEST_F(ServerTest, CutsOffAReaderThatTakesNothing) {
  server_.options().connections.stall_timeout = std::chrono::milliseconds(50);
  constexpr int kPushes = 8;
  for (int i = 0; i < kPushes; ++i) {
    server_.Push("a.yaml", Concat("v: ", std::string(1 << 20, static_cast<char>('a' + i)), "\n"));
  }
  server_.Start();
  HttpClient stuck(server_.port(), HttpClient::ReceiveBuffer::kSmall);
  stuck.OpenStream("/v1/watch?from=start");
  server_.AwaitWatchers(0);
  // What it was sent before is whole as far as it goes, and the last cursor is good to resume after.
  std::string cursor;
  int seen = 0;
  for (std::string line; !(line = NextEvent(stuck)).empty(); ++seen) cursor = Member(line, "cursor");
  EXPECT_LT(seen, kPushes + 1);
  HttpClient resumed(server_.port());
  resumed.OpenStream(Concat("/v1/watch?from=", cursor));
  for (; seen < kPushes + 1; ++seen) EXPECT_EQ(Member(NextEvent(resumed), "revision"), std::to_string(seen + 1));
}

TEST_F(ServerTest, NoticesThatAWatcherHasGone) {
  server_.Push("a.yaml", ConfigMap(1));
  server_.Start();
  {
    HttpClient stream(server_.port());
    stream.OpenStream("/v1/watch");
    server_.AwaitWatchers(1);
  }
  server_.AwaitWatchers(0);
}

TEST_F(ServerTest, RefusesWhatItDoesNotUnderstand) {
  server_.Push("a.yaml", ConfigMap(1));
  server_.history().Tag("v1", server_.Push("a.yaml", ConfigMap(2)));
  server_.Start();
  HttpClient client(server_.port());
  EXPECT_EQ(client.Get("/nowhere").status, 404);
  EXPECT_EQ(client.Get("/v1/repositories/other/resources").status, 404);
  EXPECT_EQ(client.Get(Concat(kResources, "?knd=Deployment")).status, 400);
  EXPECT_EQ(client.Get(Concat(kResources, "?at=nowhere")).status, 404);
  EXPECT_EQ(client.Get(Concat(kResources, "?continue=00")).status, 400);
  EXPECT_EQ(client.Get(Concat(kResources, "/no%23such")).status, 404);
  EXPECT_EQ(client.Get("/v1/watch?from=r999").status, 410);
  EXPECT_EQ(client.Get("/v1/watch?bogus=1").status, 400);
  EXPECT_EQ(client.Get("/v1/watch?ref=nowhere").status, 404);
  const HttpAnswer pointing = client.Get("/v1/watch?ref=v1");
  EXPECT_EQ(pointing.status, 409);
  EXPECT_EQ(pointing.headers.at("content-type"), "application/problem+json");
  EXPECT_THAT(pointing.body, HasSubstr("urn:setpoint:problem:pointing-ref"));
  client.Send("POST /v1/status HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}");
  const HttpAnswer post = client.Read();
  EXPECT_EQ(post.status, 405);
  EXPECT_EQ(post.headers.at("allow"), "GET, HEAD");
  client.Send("HEAD /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(client.Read(false).status, 200);
  EXPECT_EQ(client.Get("/healthz").status, 200) << "the connection is still good";
}

TEST_F(ServerTest, FetchesWhenAskedTo) {
  server_.Push("a.yaml", ConfigMap(1));
  server_.options().ingest.poll_interval = std::chrono::hours(1);
  server_.Start();
  HttpClient client(server_.port());
  const HttpAnswer accepted = client.Post("/v1/repositories/repo/fetch", "");
  EXPECT_EQ(accepted.status, 202);
  EXPECT_EQ(accepted.body, "{\"repository\":\"repo\",\"requested\":true}\n");
  server_.AwaitReadiness(HasSubstr(R"({"name":"repo","runs":2)"));
  const HttpAnswer unknown = client.Post("/v1/repositories/other/fetch", "");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_THAT(unknown.body, HasSubstr("urn:setpoint:problem:unknown-repository"));
  EXPECT_EQ(client.Get("/v1/repositories/repo/fetch").status, 405);
}

TEST_F(ServerTest, SaysGoOnToWhoAnnouncesABody) {
  server_.Start();
  HttpClient client(server_.port());
  client.Send(
      "POST /v1/repositories/repo/fetch HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: "
      "2\r\n\r\n");
  EXPECT_EQ(client.Read(/*has_body=*/false).status, 100);
  client.Send("{}");
  EXPECT_EQ(client.Read().status, 202);
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
  server_.Push("a.yaml", ConfigMap(1));
  server_.Start();
  HttpClient client(server_.port());
  std::string requests;
  for (int i = 0; i < 20; ++i) {
    requests.append(Concat("GET ", i % 2 == 0 ? "/healthz" : "/nowhere", " HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  }
  client.Send(requests);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(client.Read().status, i % 2 == 0 ? 200 : 404);
  client.Send("GET /healthz HTTP/1.0\r\n\r\n");
  EXPECT_EQ(client.Read().status, 200);
  EXPECT_TRUE(client.IsClosed());
}

TEST_F(ServerTest, RefusesWhatIsMalformedOrTooLarge) {
  server_.Start();
  {
    HttpClient client(server_.port());
    client.Send("this is no HTTP\r\n\r\n");
    EXPECT_EQ(client.Read().status, 400);
    EXPECT_TRUE(client.IsClosed());
  }
  {
    HttpClient client(server_.port());
    client.Send(Concat("GET /", std::string(20'000, 'a'), " HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    EXPECT_EQ(client.Read().status, 431);
  }
  {
    HttpClient client(server_.port());
    client.Send("POST /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n\r\n");
    EXPECT_EQ(client.Read().status, 413);
  }
  {
    HttpClient client(server_.port());
    EXPECT_EQ(client.Get("/%zz").status, 400);
    EXPECT_EQ(client.Get("/healthz").status, 200);
  }
}

TEST_F(ServerTest, ClosesConnectionsThatDoNothing) {
  server_.options().connections.header_timeout = std::chrono::milliseconds(30);
  server_.options().connections.idle_timeout = std::chrono::milliseconds(300);
  server_.Start();
  HttpClient idle(server_.port());
  HttpClient slow(server_.port());
  slow.Send("GET /healthz HT");
  EXPECT_EQ(slow.Read().status, 408);
  EXPECT_TRUE(slow.IsClosed());
  EXPECT_TRUE(idle.IsClosed());
}

TEST_F(ServerTest, ListensOnLoopbackOnly) {
  server_.options().listen = "127.0.0.1:0";
  server_.Start();
  for (const char* address : {"0.0.0.0:0", "[::]:0", "10.0.0.1:80", "127.0.0.1", "host:1", "127.0.0.1:99999"}) {
    TemporaryDirectory directory;
    auto database = storage::Database::Open(directory.path(), {.mode = storage::OpenMode::kCreateIfMissing});
    ASSERT_TRUE(database.ok()) << database.status();
    server::ServerOptions options;
    options.listen = address;
    EXPECT_EQ(server::App::Create(*std::move(database), options).status().code(), absl::StatusCode::kInvalidArgument)
        << address;
  }
}

TEST_F(ServerTest, ARepositoryThatFailsHoldsUpNothingElse) {
  server_.Push("a.yaml", ConfigMap(1));
  storage::RepositorySettings broken;
  broken.name = "broken";
  broken.source = server_.history().directory() + "/no-such-place";
  server_.options().sources.push_back(broken);
  server_.Start();
  EXPECT_THAT(HttpGet(server_.port(), "/readyz").body, HasSubstr(R"({"name":"broken","runs":1,"failures":1)"));
  HttpClient stream(server_.port());
  stream.OpenStream("/v1/watch?repo=repo&from=now");
  server_.Push("a.yaml", ConfigMap(2));
  EXPECT_EQ(Member(NextEvent(stream), "operation"), "updated");
}

}  // namespace
}  // namespace setpoint::test
