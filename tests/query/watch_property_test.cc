// The promises of a watch on random repositories: complete and ordered, resumable at every cursor, folding to the list
// at every revision whatever the filter, the same whether it was there from the start or came later.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "query/watcher.h"
#include "storage/projections/positions.h"
#include "tests/properties/random_history.h"
#include "tests/query/watch_support.h"
#include "tests/support/store_under_test.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/test_seed.h"

namespace setpoint::test {
namespace {

using query::Selector;
using query::Watcher;
using query::WatchEvent;
using query::WatchOptions;
using storage::Database;
using storage::Revision;
using storage::Timeline;

// Resuming costs the rest of the stream, so a long one is cut at some of its cursors only.
constexpr size_t kCutsMax = 24;

std::vector<Selector> Selectors() {
  std::vector<Selector> selectors(5);
  selectors[1].kind = "ConfigMap";
  selectors[2].path_prefix = "a";
  selectors[3].format = storage::Format::kFile;
  selectors[4].fields.push_back({"/data/v", "1"});
  return selectors;
}

// What was seen over all seeds: a filter that never made a difference would prove nothing.
struct Seen {
  size_t changes = 0;
  size_t by_filter = 0;
  size_t moves = 0;
  size_t failures = 0;
  size_t inside_entries = 0;  // Events that were not the last of their entry.
};

class WatchProperty {
 public:
  WatchProperty(uint64_t seed, Seen& seen)
      : seen_(seen), random_(seed), history_(directory_.path() + "/source", seed) {}

  void Run() {
    StoreUnderTest store(directory_.path() + "/data", history_.settings());
    history_.Show(0);
    store.Ingest();
    database_ = &store.database();
    WatchOptions all;
    all.refs.refs = {"*"};
    all.from = "start";
    const auto live = OpenWatcher(*database_, all);
    std::vector<WatchEvent> seen = Drain(*live, 3);
    for (size_t i = 1; i < history_.observation_count(); ++i) {
      history_.Show(i);
      store.Ingest();
      for (WatchEvent& event : Drain(*live, 3)) seen.push_back(std::move(event));
    }
    const std::vector<std::string> expected = Encoded(Drain(*OpenWatcher(*database_, all), 1'000));
    // A ref may have come or gone between: only `ref_deleted` depends on when the stream is read, and it does not say.
    EXPECT_EQ(Encoded(seen), expected) << "a watcher that was there all the time saw something else";
    for (const Timeline& timeline : database_->catalog.timelines.All()) {
      if (timeline.IsAnonymous()) continue;
      for (const Selector& selector : Selectors()) CheckRef(timeline, selector);
    }
  }

 private:
  static WatchOptions Options(const Timeline& timeline, const Selector& selector, const std::string& from) {
    WatchOptions options;
    options.refs.refs = {timeline.ref};
    options.from = from;
    options.selector = selector;
    return options;
  }

  void CheckRef(const Timeline& timeline, const Selector& selector) {
    SCOPED_TRACE(timeline.ref);
    const auto events = Drain(*OpenWatcher(*database_, Options(timeline, selector, "start")), 1'000);
    Count(events);
    CheckOrder(events);
    CheckFold(timeline, selector, events);
    CheckCuts(timeline, selector, events);
    CheckSnapshot(timeline, selector, events);
  }

  static void CheckOrder(const std::vector<WatchEvent>& events) {
    for (size_t i = 0; i < events.size(); ++i) {
      if (i > 0) {
        ASSERT_LT(events[i - 1].cursor, events[i].cursor);
      }
      const bool last = i + 1 == events.size() || events[i + 1].cursor.revision != events[i].cursor.revision;
      ASSERT_EQ(events[i].last, last) << events[i].cursor.Text();
    }
  }

  // After every entry of the lineage the events so far add up to the list there.
  void CheckFold(const Timeline& timeline, const Selector& selector, const std::vector<WatchEvent>& events) {
    Folded folded;
    size_t next = 0;
    for (uint64_t revision = 1; revision <= database_->catalog.applied().value; ++revision) {
      for (; next < events.size() && events[next].cursor.revision.value == revision; ++next) Fold(events[next], folded);
      auto at =
          storage::FindAtRevision(*database_->store, database_->catalog.timelines, timeline.id, Revision(revision));
      ASSERT_TRUE(at.ok()) << at.status();
      const Folded expected = at->has_value() ? ListAt(*database_, **at, selector) : Folded();
      ASSERT_EQ(folded, expected) << "r" << revision;
    }
    EXPECT_EQ(next, events.size());
  }

  void CheckCuts(const Timeline& timeline, const Selector& selector, const std::vector<WatchEvent>& events) {
    std::vector<size_t> cuts(events.size());
    for (size_t i = 0; i < cuts.size(); ++i) cuts[i] = i;
    std::shuffle(cuts.begin(), cuts.end(), random_);
    cuts.resize(std::min(cuts.size(), kCutsMax));
    for (size_t cut : cuts) {
      const std::string cursor = events[cut].cursor.Text();
      const auto rest = Drain(*OpenWatcher(*database_, Options(timeline, selector, cursor)), 7);
      const std::vector<WatchEvent> expected(events.begin() + static_cast<std::ptrdiff_t>(cut) + 1, events.end());
      ASSERT_EQ(Encoded(rest), Encoded(expected)) << "resumed after " << cursor;
    }
  }

  // A snapshot at any revision, then what follows: no gap, nothing twice.
  void CheckSnapshot(const Timeline& timeline, const Selector& selector, const std::vector<WatchEvent>& events) {
    const uint64_t revision = std::uniform_int_distribution<uint64_t>(0, database_->catalog.applied().value)(random_);
    WatchOptions options = Options(timeline, selector, "r" + std::to_string(revision));
    options.snapshot = true;
    const auto stream = Drain(*OpenWatcher(*database_, options), 2);
    const auto synced = std::find_if(stream.begin(), stream.end(),
                                     [](const WatchEvent& event) { return event.type == WatchEvent::Type::kSynced; });
    ASSERT_NE(synced, stream.end());
    EXPECT_EQ(synced->cursor.Text(), options.from);
    Folded from_snapshot;
    for (auto event = stream.begin(); event != synced; ++event) {
      EXPECT_EQ(event->type, WatchEvent::Type::kState);
      Fold(*event, from_snapshot);
    }
    Folded from_start;
    std::vector<WatchEvent> rest;
    for (const WatchEvent& event : events) {
      if (event.cursor.revision.value <= revision) Fold(event, from_start);
      if (event.cursor.revision.value > revision) rest.push_back(event);
    }
    EXPECT_EQ(from_snapshot, from_start) << options.from;
    EXPECT_EQ(Encoded({synced + 1, stream.end()}), Encoded(rest)) << options.from;
  }

  void Count(const std::vector<WatchEvent>& events) {
    for (const WatchEvent& event : events) {
      seen_.changes += event.type == WatchEvent::Type::kChange;
      seen_.by_filter += event.by_filter;
      seen_.moves += !event.moved_from.empty();
      seen_.failures += event.operation == storage::Operation::kDecodeFailed;
      seen_.inside_entries += !event.last;
    }
  }

  Seen& seen_;
  TemporaryDirectory directory_;
  std::mt19937_64 random_;
  RandomHistory history_;
  const Database* database_ = nullptr;
};

TEST(WatchPropertyTest, KeepsItsPromises) {
  Seen seen;
  const SeedRange seeds = SeedsToRun(100, 10'000);
  for (uint64_t seed = seeds.first; seed < seeds.first + seeds.count && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("SETPOINT_SEED=" + std::to_string(seed));
    WatchProperty(seed, seen).Run();
  }
  if (seeds.count == 1) return;  // One chosen seed need not have everything.
  EXPECT_GT(seen.changes, 500U);
  EXPECT_GT(seen.by_filter, 20U);
  EXPECT_GT(seen.moves, 5U);
  EXPECT_GT(seen.failures, 5U);
  EXPECT_GT(seen.inside_entries, 100U);
}

}  // namespace
}  // namespace setpoint::test
