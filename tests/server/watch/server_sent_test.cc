// Server-sent events, end to end: what a browser's EventSource would make of the stream.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "storage/base/concat.h"
#include "tests/server/http_client.h"
#include "tests/server/server_under_test.h"
#include "tests/server/watch/sse_parser.h"

namespace setpoint::test {
namespace {

using storage::Concat;

constexpr char kAccept[] = "Accept: text/html;q=0.5, Text/Event-Stream\r\n";

// One connection of an EventSource.
class EventSource {
 public:
  EventSource(uint16_t port, const std::string& target, const std::string& last_event_id = "") : client_(port) {
    const std::string resume = last_event_id.empty() ? "" : Concat("Last-Event-ID: ", last_event_id, "\r\n");
    header_ = client_.OpenStream(target, Concat(kAccept, resume));
  }

  const HttpAnswer& header() const { return header_; }
  const SseParser& parser() const { return parser_; }

  // The next event that is no bookmark; nothing at the end of the stream.
  std::optional<ServerSentEvent> Next() {
    while (true) {
      while (!events_.empty()) {
        ServerSentEvent event = events_.front();
        events_.erase(events_.begin());
        if (event.type != "bookmark") return event;
      }
      const auto line = client_.NextLine();
      if (!line.has_value()) return std::nullopt;
      const absl::Status status = parser_.TakeLine(*line);
      EXPECT_TRUE(status.ok()) << status << " in " << *line;
      events_ = parser_.TakeEvents();
    }
  }

 private:
  HttpClient client_;
  HttpAnswer header_;
  SseParser parser_;
  std::vector<ServerSentEvent> events_;
};

TEST(SseParserTest, ReadsWhatTheStandardSays) {
  SseParser parser;
  for (const char* line :
       {"retry: 10", "", ":comment", "id: r1", "event: change", "data: a", "data:b", "", "data: c", ""})
    ASSERT_TRUE(parser.TakeLine(line).ok()) << line;
  const auto events = parser.TakeEvents();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].type, "change");
  EXPECT_EQ(events[0].data, "a\nb");
  EXPECT_TRUE(events[0].has_id);
  EXPECT_EQ(events[1].type, "message");
  EXPECT_EQ(events[1].last_event_id, "r1");
  EXPECT_FALSE(events[1].has_id);
  EXPECT_EQ(parser.retry(), "10");
  EXPECT_EQ(parser.comments(), 1U);
  EXPECT_TRUE(parser.AtBoundary());
  for (const char* line : {"retry: soon", "colour: red", "data: \r", "nonsense"}) {
    EXPECT_EQ(parser.TakeLine(line).code(), absl::StatusCode::kInvalidArgument) << line;
  }
}

TEST(ServerSentTest, IsTheSameStreamInAnotherDress) {
  ServerUnderTest server;
  server.Push("a.yaml", "v: 1");
  server.Push("b.yaml", "v: 1");
  server.Start();
  HttpClient lines(server.port());
  lines.OpenStream("/v1/watch?from=start");
  EventSource source(server.port(), "/v1/watch?from=start");
  EXPECT_EQ(source.header().status, 200);
  EXPECT_EQ(source.header().headers.at("content-type"), "text/event-stream");
  for (int i = 0; i < 6; ++i) {
    if (i >= 3) server.Push("a.yaml", Concat("v: ", i));
    const std::string line = NextEvent(lines);
    const auto event = source.Next();
    ASSERT_TRUE(event.has_value());
    EXPECT_EQ(event->data, line);
    EXPECT_EQ(event->type, Member(line, "type"));
    EXPECT_EQ(event->last_event_id, Member(line, "cursor"));
    EXPECT_TRUE(event->has_id);
  }
  EXPECT_EQ(source.parser().retry(), "1000");
  server.RequestStop();
  const auto last = source.Next();
  ASSERT_TRUE(last.has_value());
  EXPECT_EQ(last->type, "closed");
  EXPECT_EQ(source.Next(), std::nullopt);
  EXPECT_TRUE(source.parser().AtBoundary());
}

TEST(ServerSentTest, ResumesAfterTheLastEventIdWhateverFromSays) {
  ServerUnderTest server;
  for (int i = 0; i < 4; ++i) server.Push("a.yaml", Concat("v: ", i));
  server.Start();
  const std::string target = "/v1/watch?from=start&snapshot=true";
  EventSource source(server.port(), "/v1/watch?from=start");
  std::vector<ServerSentEvent> events;
  for (int i = 0; i < 5; ++i) events.push_back(*source.Next());
  for (size_t cut = 0; cut + 1 < events.size(); ++cut) {
    EventSource resumed(server.port(), target, events[cut].last_event_id);
    for (size_t i = cut + 1; i < events.size(); ++i) EXPECT_EQ(resumed.Next()->data, events[i].data);
  }
  EXPECT_EQ(EventSource(server.port(), target, "r9999").header().status, 410);
  const EventSource refused(server.port(), target, "main");
  EXPECT_EQ(refused.header().status, 400);
}

// A snapshot that is cut before it is whole must start again, so nothing in it may change the id.
TEST(ServerSentTest, ASnapshotHasNoIdBeforeItIsWhole) {
  ServerUnderTest server;
  for (int i = 0; i < 3; ++i) server.Push(Concat("f", i, ".yaml"), "v: 1");
  server.Start();
  EventSource source(server.port(), "/v1/watch?from=now&snapshot=true");
  for (int i = 0; i < 3; ++i) {
    const auto event = source.Next();
    ASSERT_TRUE(event.has_value());
    EXPECT_EQ(event->type, "state");
    EXPECT_FALSE(event->has_id);
    EXPECT_EQ(event->last_event_id, "");
  }
  const auto synced = source.Next();
  EXPECT_EQ(synced->type, "synced");
  EXPECT_EQ(synced->last_event_id, "r4");
}

}  // namespace
}  // namespace setpoint::test
