#include "server/watch/event_batch.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace setpoint::test {
namespace {

using query::WatchCursor;
using query::WatchEvent;
using server::EventBatch;
using server::EventFormat;
using server::Output;
using storage::Revision;

std::vector<WatchEvent> Marks(const std::vector<uint64_t>& revisions) {
  std::vector<WatchEvent> events;
  for (uint64_t revision : revisions) {
    events.push_back(query::MakeMark(WatchEvent::Type::kBookmark, WatchCursor{Revision(revision)}));
  }
  return events;
}

std::string Line(uint64_t revision) { return query::EncodeWatchEvent(Marks({revision}).front()) + "\n"; }

TEST(EventBatchTest, IsOneChunkOfHttp) {
  const auto batch = EventBatch::Encode(Marks({1, 2}), EventFormat::kLines, WatchCursor{Revision(2)});
  const std::string text = Line(1) + Line(2);
  EXPECT_EQ(batch->Bytes(Output::Framing::kNone), text);
  const std::string_view framed = batch->Bytes(Output::Framing::kChunks);
  EXPECT_EQ(std::stoul(std::string(framed.substr(0, 8)), nullptr, 16), text.size());
  EXPECT_EQ(framed.substr(8), "\r\n" + text + "\r\n");
  EXPECT_EQ(batch->event_count(), 2U);
}

TEST(EventBatchTest, GivesTheTailAfterAnyCursor) {
  const auto batch = EventBatch::Encode(Marks({1, 3, 5}), EventFormat::kLines, WatchCursor{Revision(7)});
  EXPECT_TRUE(batch->StartsAfter(WatchCursor{Revision(0)}));
  EXPECT_FALSE(batch->StartsAfter(WatchCursor{Revision(1)}));
  struct Case {
    WatchCursor after;
    std::string expected;
  };
  const std::vector<Case> cases = {{{Revision(1)}, Line(3) + Line(5)},
                                   {{Revision(2)}, Line(3) + Line(5)},
                                   {{Revision(3), 4}, Line(3) + Line(5)},
                                   {{Revision(3)}, Line(5)},
                                   {{Revision(4)}, Line(5)}};
  for (const Case& each : cases) {
    const auto tail = batch->TailAfter(each.after);
    ASSERT_NE(tail, nullptr) << each.after.Text();
    EXPECT_EQ(tail->Bytes(Output::Framing::kNone), each.expected) << each.after.Text();
    EXPECT_EQ(tail->upto(), batch->upto());
    EXPECT_TRUE(tail->StartsAfter(each.after));
  }
  // A tail of a tail is the same as the tail.
  EXPECT_EQ(batch->TailAfter({Revision(1)})->TailAfter({Revision(3)})->Bytes(Output::Framing::kChunks),
            batch->TailAfter({Revision(3)})->Bytes(Output::Framing::kChunks));
  EXPECT_EQ(batch->TailAfter({Revision(5)}), nullptr);
  EXPECT_EQ(batch->TailAfter({Revision(6)}), nullptr);
}

}  // namespace
}  // namespace setpoint::test
