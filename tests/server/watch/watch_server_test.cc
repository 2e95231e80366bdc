// Many watchers of a whole server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "storage/base/concat.h"
#include "tests/server/http_client.h"
#include "tests/server/server_under_test.h"

namespace setpoint::test {
namespace {

using storage::Concat;
using testing::HasSubstr;

std::string ConfigMap(const std::string& name, int value) {
  return Concat("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ", name, "}\ndata: {v: '", value, "'}\n");
}

class WatchServerTest : public testing::Test {
 protected:
  std::vector<std::unique_ptr<HttpClient>> Open(const std::vector<std::string>& targets, size_t count) {
    std::vector<std::unique_ptr<HttpClient>> streams;
    for (size_t i = 0; i < count; ++i) {
      streams.push_back(std::make_unique<HttpClient>(server_.port()));
      EXPECT_EQ(streams.back()->OpenStream(targets[i % targets.size()]).status, 200);
    }
    return streams;
  }

  ServerUnderTest server_;
};

TEST_F(WatchServerTest, EveryoneOfManyGetsEverythingInOrder) {
  server_.options().io_threads = 2;
  server_.Push("a.yaml", ConfigMap("a", 0));
  server_.Start();
  const auto streams = Open({"/v1/watch?from=now", "/v1/watch?from=r2", "/v1/watch?from=r2&kind=ConfigMap"}, 60);
  for (int i = 1; i <= 20; ++i) server_.Push("a.yaml", ConfigMap("a", i));
  for (const auto& stream : streams) {
    for (uint64_t revision = 3; revision <= 22; ++revision) {
      ASSERT_EQ(Member(NextEvent(*stream), "cursor"), Concat("r", revision, ".1"));
    }
  }
}

// Each filter has a group of its own, and none is told what is another's.
TEST_F(WatchServerTest, FiltersAreKeptApart) {
  server_.Push("a.yaml", ConfigMap("a", 0));
  server_.Push("b.yaml", ConfigMap("b", 0));
  server_.Start();
  const auto streams = Open({"/v1/watch?from=r3&name=a", "/v1/watch?from=r3&name=b"}, 10);
  for (int i = 1; i <= 5; ++i) {
    server_.Push("a.yaml", ConfigMap("a", i));
    server_.Push("b.yaml", ConfigMap("b", i));
  }
  for (size_t i = 0; i < streams.size(); ++i) {
    for (int change = 1; change <= 5; ++change) {
      const std::string line = NextEvent(*streams[i]);
      EXPECT_EQ(Member(line, "name"), i % 2 == 0 ? "a" : "b");
      EXPECT_THAT(line, HasSubstr(Concat(R"("data":{"v":")", change, "\"}")));
    }
  }
}

TEST_F(WatchServerTest, TellsWhereAWatcherStandsWhenNothingMatches) {
  server_.options().watch.bookmark_interval = std::chrono::milliseconds(20);
  server_.Push("a.yaml", ConfigMap("a", 0));
  server_.Start();
  HttpClient quiet(server_.port());
  quiet.OpenStream("/v1/watch?kind=Deployment");
  EXPECT_EQ(*quiet.NextLine(), R"({"type":"bookmark","cursor":"r2","revision":2})");
  server_.Push("a.yaml", ConfigMap("a", 1));
  std::string line;
  while ((line = *quiet.NextLine()) == R"({"type":"bookmark","cursor":"r2","revision":2})") {
  }
  EXPECT_EQ(line, R"({"type":"bookmark","cursor":"r3","revision":3})");
}

TEST_F(WatchServerTest, TheBookmarkIntervalIsTheWatchersWithinBounds) {
  server_.options().watch.bookmark_interval = std::chrono::hours(1);
  server_.options().watch.bookmark_interval_min = std::chrono::seconds(1);
  server_.Push("a.yaml", ConfigMap("a", 0));
  server_.Start();
  HttpClient stream(server_.port());
  stream.OpenStream("/v1/watch?bookmark=1");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Member(*stream.NextLine(), "type"), "bookmark");
  for (const char* interval : {"0", "301", "1.5", "-1", "soon"}) {
    EXPECT_EQ(HttpGet(server_.port(), Concat("/v1/watch?bookmark=", interval)).status, 400) << interval;
  }
}

TEST_F(WatchServerTest, ARefThatGoesEndsItsStreamsForGood) {
  const storage::ObjectId tip = server_.Push("a.yaml", ConfigMap("a", 0));
  server_.history().SetRef("refs/heads/side", tip);
  server_.Start();
  const auto streams = Open({"/v1/watch?ref=side"}, 5);
  server_.history().DeleteRef("refs/heads/side");
  for (const auto& stream : streams) {
    EXPECT_EQ(Member(NextEvent(*stream), "type"), "ref_deleted");
    const std::string closed = NextEvent(*stream);
    EXPECT_EQ(Member(closed, "type"), "closed");
    EXPECT_EQ(Member(closed, "final"), "true");
    EXPECT_EQ(stream->NextLine(), std::nullopt);
  }
  server_.AwaitWatchers(0);
}

TEST_F(WatchServerTest, ASnapshotThenWhatFollows) {
  for (int i = 0; i < 4; ++i) server_.Push(Concat("f", i, ".yaml"), ConfigMap("a", i));
  server_.Start();
  const auto streams = Open({"/v1/watch?from=r4&snapshot=true"}, 4);
  server_.Push("f0.yaml", ConfigMap("a", 9));
  for (const auto& stream : streams) {
    for (int i = 0; i < 3; ++i) EXPECT_EQ(Member(NextEvent(*stream), "type"), "state");
    EXPECT_EQ(NextEvent(*stream), R"({"type":"synced","cursor":"r4","revision":4})");
    EXPECT_EQ(Member(NextEvent(*stream), "cursor"), "r5.1");
    EXPECT_EQ(Member(NextEvent(*stream), "cursor"), "r6.1");
  }
}

}  // namespace
}  // namespace setpoint::test
