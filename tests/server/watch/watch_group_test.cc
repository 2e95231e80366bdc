// The groups of a hub on a real store: who shares one, what its ring has for whom.
#include "server/watch/watch_group.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include <boost/asio/io_context.hpp>

#include "server/watch/watch_hub.h"
#include "storage/base/concat.h"
#include "tests/support/git_history.h"
#include "tests/support/store_under_test.h"
#include "tests/support/temporary_directory.h"

namespace setpoint::test {
namespace {

using query::WatchCursor;
using query::Watcher;
using server::EventFormat;
using server::Output;
using server::RingSlice;
using server::WatchGroup;
using server::WatchHub;
using server::WatchProjection;
using storage::Concat;
using storage::Revision;

class WatchGroupTest : public testing::Test {
 protected:
  WatchGroupTest()
      : history_(directory_.path() + "/source"), store_(directory_.path() + "/data", directory_.path() + "/source") {
    Push("v: 0");
  }

  void Push(const std::string& text) {
    HistoryCommit commit;
    if (!tip_.IsZero()) commit.parents = {tip_};
    commit.files = {{"a.yaml", HistoryFile(text)}};
    tip_ = history_.Commit(commit);
    history_.SetRef("refs/heads/main", tip_);
    store_.Ingest();
  }

  struct Joined {
    std::shared_ptr<WatchGroup> group;
    WatchCursor cursor;
  };
  Joined Join(WatchHub& hub, const query::WatchOptions& options, EventFormat format = EventFormat::kLines) {
    auto head = Watcher::Open(store_.database(), options);
    EXPECT_TRUE(head.ok()) << head.status();
    while (!(*head)->Next({})->caught_up) {
    }
    const WatchCursor cursor = (*head)->cursor();
    const auto projection = WatchProjection::Of((*head)->scope(), options, format);
    return {hub.Join(projection, cursor, *head), cursor};
  }

  // Waits until the ring is that far.
  static RingSlice Await(const WatchGroup& group, const WatchCursor& after, Revision upto) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    RingSlice slice = group.Take(after, SIZE_MAX);
    while (!slice.fell_behind && slice.upto < WatchCursor{upto}) {
      EXPECT_LT(std::chrono::steady_clock::now(), deadline) << "the ring is at " << slice.upto.Text();
      if (std::chrono::steady_clock::now() > deadline) break;
      std::this_thread::yield();
      slice = group.Take(after, SIZE_MAX);
    }
    return slice;
  }

  static std::string Text(const RingSlice& slice) {
    std::string text;
    for (const auto& batch : slice.batches) text.append(batch->Bytes(Output::Framing::kNone));
    return text;
  }

  static query::WatchOptions Kind(const std::string& kind) {
    query::WatchOptions options;
    options.selector.kind = kind;
    return options;
  }

  TemporaryDirectory directory_;
  GitHistory history_;
  StoreUnderTest store_;
  storage::ObjectId tip_;
  boost::asio::io_context io_;
  server::WatchLimits limits_;
};

TEST_F(WatchGroupTest, IsSharedByThoseWhoSeeTheSame) {
  WatchHub hub(store_.database(), io_, limits_, 1);
  const Joined first = Join(hub, {});
  query::WatchOptions elsewhere;
  elsewhere.from = "start";
  elsewhere.now = 17;
  EXPECT_EQ(Join(hub, elsewhere).group, first.group) << "where a stream begins tells nobody apart";
  EXPECT_NE(Join(hub, {}, EventFormat::kServerSent).group, first.group);
  const auto by_kind = Join(hub, Kind("ConfigMap")).group;
  EXPECT_NE(by_kind, first.group);
  EXPECT_EQ(Join(hub, Kind("ConfigMap")).group, by_kind);
  query::WatchOptions labelled;
  labelled.selector.labels = *query::LabelSelector::Parse("app=web");
  const auto by_label = Join(hub, labelled).group;
  EXPECT_NE(by_label, first.group);
  labelled.selector.labels = *query::LabelSelector::Parse("app=api");
  EXPECT_NE(Join(hub, labelled).group, by_label);
  query::WatchOptions main;
  main.refs.refs = {"main"};
  const auto by_short_name = Join(hub, main).group;
  main.refs.refs = {"refs/heads/main", "main"};
  EXPECT_EQ(Join(hub, main).group, by_short_name) << "names of the same ref";
  EXPECT_EQ(hub.counts().groups, 6U);
  EXPECT_EQ(hub.counts().live, 9U);
}

TEST_F(WatchGroupTest, ReadsWhatIsPublishedOnceForAll) {
  WatchHub hub(store_.database(), io_, limits_, 1);
  const Joined first = Join(hub, {});
  Push("v: 1");
  Push("v: 2");
  const RingSlice both = Await(*first.group, first.cursor, store_.database().catalog.applied());
  const RingSlice again = first.group->Take(first.cursor, SIZE_MAX);
  ASSERT_FALSE(both.batches.empty());
  ASSERT_EQ(again.batches.size(), both.batches.size());
  for (size_t i = 0; i < both.batches.size(); ++i) EXPECT_EQ(again.batches[i], both.batches[i]) << "the same bytes";
  EXPECT_NE(Text(both).find(R"("cursor":"r3.1")"), std::string::npos);
  EXPECT_NE(Text(both).find(R"("cursor":"r4.1")"), std::string::npos);
  // From a cursor in the middle, and at the end.
  const std::string tail = Text(first.group->Take(WatchCursor{Revision(3)}, SIZE_MAX));
  EXPECT_EQ(tail.find(R"("cursor":"r3.1")"), std::string::npos);
  EXPECT_NE(tail.find(R"("cursor":"r4.1")"), std::string::npos);
  EXPECT_TRUE(first.group->Take(WatchCursor{Revision(4)}, SIZE_MAX).IsEmpty());
  // Nobody is at r2 by reading, but whoever comes back there needs no reading either.
  std::unique_ptr<Watcher> no_head;
  EXPECT_EQ(hub.Join(first.group->projection(), WatchCursor{Revision(3), 1}, no_head), first.group);
}

TEST_F(WatchGroupTest, WhoIsTooSlowForTheRingFallsOutOfIt) {
  limits_.ring_bytes_max = 2'000;
  WatchHub hub(store_.database(), io_, limits_, 1);
  const Joined first = Join(hub, {});
  for (int i = 1; i <= 8; ++i) {
    Push(Concat("v: '", std::string(500, static_cast<char>('a' + i)), "'"));
    const Revision applied = store_.database().catalog.applied();
    Await(*first.group, WatchCursor{Revision(applied.value - 1)}, applied);
  }
  EXPECT_LE(first.group->ring_bytes(), 2'000U + 1'500U);
  EXPECT_TRUE(first.group->Take(first.cursor, SIZE_MAX).fell_behind);
  EXPECT_FALSE(first.group->Covers(first.cursor));
  std::unique_ptr<Watcher> no_head;
  EXPECT_EQ(hub.Join(first.group->projection(), first.cursor, no_head), nullptr);
  // What is left is without a gap up to the end.
  EXPECT_NE(Text(first.group->Take(WatchCursor{Revision(9)}, SIZE_MAX)).find(R"("cursor":"r10.1")"), std::string::npos);
  first.group->DropOld(WatchGroup::Clock::now() + std::chrono::hours(1));
  EXPECT_EQ(first.group->ring_bytes(), 0U);
  EXPECT_TRUE(first.group->Take(WatchCursor{Revision(10)}, SIZE_MAX).IsEmpty());
}

TEST_F(WatchGroupTest, GoesWithItsLastStream) {
  WatchHub hub(store_.database(), io_, limits_, 1);
  const Joined first = Join(hub, {});
  const Joined second = Join(hub, {});
  hub.Leave(first.group);
  EXPECT_EQ(hub.counts().groups, 1U);
  hub.Leave(second.group);
  EXPECT_EQ(hub.counts().groups, 0U);
  EXPECT_NE(Join(hub, {}).group, nullptr);
}

}  // namespace
}  // namespace setpoint::test
