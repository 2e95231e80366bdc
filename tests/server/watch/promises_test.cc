// Each checker accepts a stream that keeps its promise, and is seen to fail on streams that break it.
#include "tests/server/watch/promises.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace setpoint::test {
namespace {

using query::WatchCursor;
using storage::Revision;

WatchLine Change(uint64_t revision, uint32_t index, const std::string& operation, const std::string& key,
                 const std::string& hash) {
  WatchLine line;
  line.type = "change";
  line.cursor = WatchCursor{Revision(revision), index};
  line.operation = operation;
  line.key = key;
  line.content_hash = hash;
  line.commit = "c" + std::to_string(revision);
  return line;
}

WatchLine Mark(const std::string& type, uint64_t revision) {
  WatchLine line;
  line.type = type;
  line.cursor = WatchCursor{Revision(revision)};
  return line;
}

WatchLine State(const std::string& key, const std::string& hash) {
  WatchLine line;
  line.type = "state";
  line.key = key;
  line.content_hash = hash;
  return line;
}

// r1 makes a and b; r2 changes a; r3 has a broken file: b is held; r4 moves a to c and deletes b.
class PromisesTest : public testing::Test {
 protected:
  PromisesTest() {
    WatchLine held = Change(3, 1, "decode_failed", "b", "B1");
    held.stale = true;
    WatchLine moved = Change(4, 1, "moved", "c", "A2");
    moved.moved_from = "a";
    truth_.deliveries = {Change(1, 1, "created", "a", "A1"),
                         Change(1, 2, "created", "b", "B1"),
                         Change(2, 1, "updated", "a", "A2"),
                         held,
                         moved,
                         Change(4, 2, "deleted", "b", "")};
    for (const size_t last : {1, 2, 3, 5}) truth_.deliveries[last].last = true;
    truth_.state_at = {{1, {{"a", "A1"}, {"b", "B1"}}},
                       {2, {{"a", "A2"}, {"b", "B1"}}},
                       {3, {{"a", "A2"}, {"b", "B1 stale"}}},
                       {4, {{"c", "A2"}}}};
    truth_.held[3] = {"b"};
    truth_.applied = 5;
    WatchConnection first;
    first.from = "start";
    first.lines = {truth_.deliveries[0], truth_.deliveries[1], Mark("bookmark", 1)};
    WatchConnection second;
    second.from = "r1";
    second.lines = {truth_.deliveries[2], truth_.deliveries[3], truth_.deliveries[4], truth_.deliveries[5],
                    Mark("bookmark", 5)};
    watch_.connections = {first, second};
    int64_t time = 0;
    for (WatchConnection& connection : watch_.connections) {
      connection.opened_ms = time;
      for (WatchLine& line : connection.lines) line.at_ms = time += 10;
      connection.closed_ms = time;
    }
  }

  std::vector<WatchLine>& First() { return watch_.connections[0].lines; }
  std::vector<WatchLine>& Second() { return watch_.connections[1].lines; }

  static void Drop(std::vector<WatchLine>& lines, size_t index) {
    lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(index));
  }

  RecordedWatch watch_;
  TrueHistory truth_;
};

TEST_F(PromisesTest, AGoodStreamViolatesNothing) {
  EXPECT_EQ(CheckCompleteAndOrdered(watch_, truth_), Violations());
  EXPECT_EQ(CheckResumable(watch_, truth_), Violations());
  EXPECT_EQ(CheckSnapshot(watch_, truth_), Violations());
  EXPECT_EQ(CheckBookmarks(watch_, truth_, 10), Violations());
  EXPECT_EQ(CheckDurable(watch_, truth_), Violations());
  EXPECT_EQ(CheckUnharmed(watch_, {{0, 70, 4}}), Violations());
  EXPECT_EQ(CheckAtomic(watch_, truth_), Violations());
  EXPECT_EQ(CheckNothingPruned(watch_, truth_), Violations());
}

TEST_F(PromisesTest, CompletenessSeesWhatIsMissing) {
  Drop(Second(), 0);
  EXPECT_NE(CheckCompleteAndOrdered(watch_, truth_), Violations());
}

TEST_F(PromisesTest, CompletenessSeesWhatIsMissingAtTheEnd) {
  Drop(Second(), 3);  // The bookmark says that there was nothing more.
  EXPECT_NE(CheckCompleteAndOrdered(watch_, truth_), Violations());
}

TEST_F(PromisesTest, CompletenessSeesARepetition) {
  Second().insert(Second().begin(), truth_.deliveries[1]);
  EXPECT_NE(CheckCompleteAndOrdered(watch_, truth_), Violations());
}

TEST_F(PromisesTest, CompletenessSeesAnotherOrder) {
  std::swap(First()[0], First()[1]);
  EXPECT_NE(CheckCompleteAndOrdered(watch_, truth_), Violations());
}

TEST_F(PromisesTest, CompletenessSeesAnotherContent) {
  First()[0].content_hash = "A9";
  EXPECT_NE(CheckCompleteAndOrdered(watch_, truth_), Violations());
}

TEST_F(PromisesTest, CompletenessSeesWhatNeverHappened) {
  Second().insert(Second().end() - 1, Change(5, 1, "created", "d", "D1"));
  EXPECT_NE(CheckCompleteAndOrdered(watch_, truth_), Violations());
}

TEST_F(PromisesTest, ResumingSeesARefusal) {
  watch_.connections[1].status = 410;
  EXPECT_NE(CheckResumable(watch_, truth_), Violations());
  truth_.oldest = 2;
  EXPECT_EQ(CheckResumable(watch_, truth_), Violations()) << "a cut may refuse it";
}

TEST_F(PromisesTest, ResumingSeesAGapAndARepetition) {
  watch_.connections[1].from = "r0";
  EXPECT_NE(CheckResumable(watch_, truth_), Violations());
  watch_.connections[1].from = "r2";
  EXPECT_NE(CheckResumable(watch_, truth_), Violations());
}

TEST_F(PromisesTest, ASnapshotIsTheListAtItsMark) {
  WatchConnection snapshot;
  snapshot.from = "r2";
  snapshot.snapshot = true;
  snapshot.lines = {State("a", "A2"), State("b", "B1"), Mark("synced", 2), truth_.deliveries[3]};
  watch_.connections = {snapshot};
  EXPECT_EQ(CheckSnapshot(watch_, truth_), Violations());
  std::vector<WatchLine>& lines = watch_.connections[0].lines;
  const std::vector<WatchLine> good = lines;
  Drop(lines, 1);
  EXPECT_NE(CheckSnapshot(watch_, truth_), Violations()) << "a resource is missing";
  lines = good;
  lines[0].content_hash = "A1";
  EXPECT_NE(CheckSnapshot(watch_, truth_), Violations()) << "an old content";
  lines = good;
  lines[2] = Mark("synced", 3);
  EXPECT_NE(CheckSnapshot(watch_, truth_), Violations()) << "the mark is elsewhere";
  lines = good;
  std::swap(lines[1], lines[2]);
  EXPECT_NE(CheckSnapshot(watch_, truth_), Violations()) << "a state after the mark";
  lines = good;
  std::swap(lines[2], lines[3]);
  EXPECT_NE(CheckSnapshot(watch_, truth_), Violations()) << "a change before the mark";
  lines = good;
  lines[0].cursor = WatchCursor{Revision(2)};
  EXPECT_NE(CheckSnapshot(watch_, truth_), Violations()) << "a state to resume after";
}

TEST_F(PromisesTest, BookmarksComeInTimeAndSkipNothing) {
  EXPECT_NE(CheckBookmarks(watch_, truth_, 9), Violations()) << "10 ms of silence";
  watch_.connections[1].closed_ms += 100;
  EXPECT_NE(CheckBookmarks(watch_, truth_, 10), Violations()) << "silence at the end";
  watch_.connections[1].closed_ms -= 100;
  First().back() = Mark("bookmark", 2);
  First().back().at_ms = 30;
  EXPECT_NE(CheckBookmarks(watch_, truth_, 10), Violations()) << "r2 was not delivered";
  First().back() = Mark("bookmark", 0);
  First().back().at_ms = 30;
  EXPECT_NE(CheckBookmarks(watch_, truth_, 10), Violations()) << "it goes back";
}

TEST_F(PromisesTest, WhatIsDeliveredIsDurable) {
  truth_.applied = 3;
  EXPECT_NE(CheckDurable(watch_, truth_), Violations()) << "the store has lost r4";
  truth_.applied = 5;
  truth_.deliveries[4].commit = "another";
  EXPECT_NE(CheckDurable(watch_, truth_), Violations()) << "the number was given to another entry";
}

TEST_F(PromisesTest, ASlowConsumerHurtsNobody) {
  EXPECT_NE(CheckUnharmed(watch_, {{0, 50, 4}}), Violations()) << "r4 came later";
  EXPECT_NE(CheckUnharmed(watch_, {{0, 1'000, 6}}), Violations()) << "r6 never came";
}

TEST_F(PromisesTest, CommitsAreWhole) {
  Second()[1].last = false;
  EXPECT_NE(CheckAtomic(watch_, truth_), Violations()) << "r3 ends unmarked";
  Second()[1].last = true;
  Second()[2].last = true;
  EXPECT_NE(CheckAtomic(watch_, truth_), Violations()) << "r4 goes on";
  Second()[2].last = false;
  Second()[0].content_hash = "A1";
  EXPECT_NE(CheckAtomic(watch_, truth_), Violations()) << "it adds up to something else";
}

TEST_F(PromisesTest, NothingIsPrunedByAccident) {
  Second()[1] = Change(3, 1, "deleted", "b", "");
  EXPECT_NE(CheckNothingPruned(watch_, truth_), Violations());
}

}  // namespace
}  // namespace setpoint::test
