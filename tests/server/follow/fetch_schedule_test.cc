// When sources are looked at, by a clock that the test turns.
#include "server/follow/fetch_schedule.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <random>
#include <string>

#include "tests/support/test_seed.h"

namespace setpoint::test {
namespace {

using server::FetchSchedule;
using server::IngestLoopOptions;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Lane = FetchSchedule::Lane;
using Outcome = FetchSchedule::Outcome;

class FetchScheduleTest : public testing::Test {
 protected:
  FetchScheduleTest() : schedule_(Options(), [this] { return jitter_; }) {}

  static IngestLoopOptions Options() {
    IngestLoopOptions options;
    options.poll_interval = seconds(100);
    options.retry_min = seconds(8);
    options.retry_max = seconds(64);
    options.host_fetches_max = 2;
    return options;
  }

  void PutRemote(const std::string& name, const std::string& host = "h") {
    schedule_.Put(name, {.lane = Lane::kRemote, .host = host, .poll_interval = {}}, now_);
  }

  std::optional<std::string> Begin() { return schedule_.Begin(Lane::kRemote, now_); }
  // One look from its begin to its end.
  void Look(const std::string& name, Outcome outcome) {
    ASSERT_EQ(Begin(), name);
    schedule_.Finish(name, outcome, now_);
  }
  // How long until something is due; it is then due.
  milliseconds Skip() {
    const auto wait = schedule_.NextDue(Lane::kRemote) - now_;
    now_ += wait;
    return std::chrono::duration_cast<milliseconds>(wait);
  }

  double jitter_ = 0;
  FetchSchedule::Time now_ = FetchSchedule::Time(seconds(1'000));
  FetchSchedule schedule_;
};

TEST_F(FetchScheduleTest, PollsWithAPinchOfChance) {
  PutRemote("a");
  Look("a", Outcome::kDone);
  EXPECT_EQ(Begin(), std::nullopt);
  EXPECT_EQ(Skip(), seconds(100));
  jitter_ = 0.5;
  Look("a", Outcome::kDone);
  EXPECT_EQ(Skip(), seconds(95));
}

TEST_F(FetchScheduleTest, ARepositorysOwnIntervalStandsAbove) {
  schedule_.Put("a", {.lane = Lane::kRemote, .host = "h", .poll_interval = seconds(7)}, now_);
  Look("a", Outcome::kDone);
  EXPECT_EQ(Skip(), seconds(7));
}

TEST_F(FetchScheduleTest, ASignBringsTheLookForward) {
  PutRemote("a");
  Look("a", Outcome::kDone);
  schedule_.NoteSign("a", now_);
  EXPECT_EQ(Skip(), Options().debounce);
  // One that comes during the look is not lost.
  ASSERT_EQ(Begin(), "a");
  schedule_.NoteSign("a", now_);
  EXPECT_EQ(schedule_.NextDue(Lane::kRemote), FetchSchedule::Time::max());
  schedule_.Finish("a", Outcome::kDone, now_);
  EXPECT_EQ(Skip(), Options().debounce);
}

TEST_F(FetchScheduleTest, BacksOffDoublingWithinItsBounds) {
  PutRemote("a");
  for (const int longest : {8, 16, 32, 64, 64, 64}) {
    jitter_ = 0;
    Look("a", Outcome::kSourceFailed);
    EXPECT_EQ(Skip(), seconds(longest) / 2);
  }
  jitter_ = 0.75;
  Look("a", Outcome::kSourceFailed);
  EXPECT_EQ(Skip(), seconds(56));
  Look("a", Outcome::kDone);
  EXPECT_EQ(schedule_.StandingOf("a", now_).failures, 0U);
}

TEST_F(FetchScheduleTest, SignsDoNotShortenABackOffAndRequestsDo) {
  PutRemote("a");
  Look("a", Outcome::kSourceFailed);
  schedule_.NoteSign("a", now_);
  EXPECT_EQ(Begin(), std::nullopt);
  schedule_.NoteRequest("a", now_);
  ASSERT_EQ(Begin(), "a");
  // Asked for again while it runs, and it fails again.
  schedule_.NoteRequest("a", now_);
  schedule_.Finish("a", Outcome::kSourceFailed, now_);
  ASSERT_EQ(Begin(), "a");
  schedule_.Finish("a", Outcome::kSourceFailed, now_);
  EXPECT_EQ(Begin(), std::nullopt);
}

TEST_F(FetchScheduleTest, OneThatFailsSaysNothingAboutItsHost) {
  PutRemote("bad");
  PutRemote("good");
  for (int i = 0; i < 10; ++i) {
    Look("bad", Outcome::kHostFailed);
    EXPECT_FALSE(schedule_.StandingOf("good", now_).host_backs_off);
    if (i == 0) Look("good", Outcome::kDone);
    now_ = schedule_.StandingOf("bad", now_).due;
    if (schedule_.StandingOf("good", now_).due <= now_) Look("good", Outcome::kDone);
  }
}

TEST_F(FetchScheduleTest, TwoThatFailLeaveTheirHostAlone) {
  PutRemote("a");
  PutRemote("b");
  PutRemote("c");
  PutRemote("elsewhere", "other");
  Look("a", Outcome::kHostFailed);
  Look("b", Outcome::kHostFailed);
  EXPECT_TRUE(schedule_.StandingOf("c", now_).host_backs_off);
  Look("elsewhere", Outcome::kDone);
  EXPECT_EQ(Begin(), std::nullopt);
  // Whoever asks is heard.
  schedule_.NoteRequest("c", now_);
  Look("c", Outcome::kDone);
  EXPECT_FALSE(schedule_.StandingOf("a", now_).host_backs_off) << "it answers again";
}

TEST_F(FetchScheduleTest, AHostThatAsksForItIsLeftAloneAtOnce) {
  PutRemote("a");
  PutRemote("b");
  Look("a", Outcome::kHostRefused);
  EXPECT_TRUE(schedule_.StandingOf("b", now_).host_backs_off);
  EXPECT_EQ(Begin(), std::nullopt);
  EXPECT_EQ(Skip(), seconds(4));
  EXPECT_NE(Begin(), std::nullopt);
}

TEST_F(FetchScheduleTest, AHostHasABoundedNumberOfLooks) {
  for (const char* name : {"a", "b", "c"}) PutRemote(name);
  PutRemote("d", "other");
  EXPECT_EQ(Begin(), "a");
  EXPECT_EQ(Begin(), "b");
  EXPECT_EQ(Begin(), "d") << "c's host has no room";
  EXPECT_EQ(Begin(), std::nullopt);
  EXPECT_EQ(schedule_.NextDue(Lane::kRemote), FetchSchedule::Time::max()) << "an end is what it waits for";
  schedule_.EndLook("a");  // What it saw is ingested: its host has room.
  EXPECT_EQ(Begin(), "c");
}

TEST_F(FetchScheduleTest, WhatIsErasedLeavesNothingBehind) {
  for (const char* name : {"a", "b", "c"}) PutRemote(name);
  ASSERT_EQ(Begin(), "a");
  ASSERT_EQ(Begin(), "b");
  schedule_.Erase("a");
  EXPECT_EQ(Begin(), "c");
  schedule_.Finish("a", Outcome::kDone, now_);
  schedule_.NoteRequest("a", now_);
  EXPECT_EQ(Begin(), std::nullopt);
}

// Whatever happens, nobody runs twice at once, hosts keep their bound, and in the end everybody had his turn.
TEST_F(FetchScheduleTest, KeepsItsPromisesWhateverHappens) {
  const SeedRange seeds = SeedsToRun(200, 20'000);
  for (uint64_t seed = seeds.first; seed < seeds.first + seeds.count; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    FetchSchedule schedule(Options(), [&random] { return static_cast<double>(random() % 1'000) / 1'000; });
    std::map<std::string, std::string> hosts;  // Name → host.
    std::map<std::string, bool> running;       // Name → still looking.
    std::map<std::string, int> turns;
    for (int i = 0; i < 8; ++i) {
      const std::string name = "n" + std::to_string(i);
      hosts[name] = "h" + std::to_string(random() % 3);
      schedule.Put(name, {.lane = Lane::kRemote, .host = hosts[name], .poll_interval = {}}, now_);
    }
    const auto pick = [&random](const auto& from) {
      return std::next(from.begin(), static_cast<std::ptrdiff_t>(random() % from.size()))->first;
    };
    for (int step = 0; step < 400; ++step) {
      now_ += milliseconds(random() % 20'000);
      switch (random() % 5) {
        case 0:
          schedule.NoteSign(pick(hosts), now_);
          break;
        case 1:
          if (random() % 4 == 0) schedule.NoteRequest(pick(hosts), now_);
          break;
        case 2:
          if (!running.empty()) {
            const std::string name = pick(running);
            schedule.EndLook(name);
            running[name] = false;
          }
          break;
        case 3:
          if (!running.empty()) {
            const std::string name = pick(running);
            running.erase(name);
            schedule.Finish(name, static_cast<Outcome>(random() % 5), now_);
          }
          break;
        default:
          while (const auto name = schedule.Begin(Lane::kRemote, now_)) {
            ASSERT_TRUE(running.emplace(*name, true).second) << *name << " runs twice";
            ++turns[*name];
          }
      }
      std::map<std::string, size_t> looking;
      for (const auto& [name, still] : running) looking[hosts[name]] += still ? 1 : 0;
      for (const auto& [host, count] : looking) ASSERT_LE(count, Options().host_fetches_max);
    }
    for (const auto& [name, host] : hosts) EXPECT_GT(turns[name], 0) << name;
  }
}

}  // namespace
}  // namespace setpoint::test
