#include "storage/log/entry_rules.h"

#include <gtest/gtest.h>

#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/storage/log/entries.h"

namespace setpoint::storage {
namespace {

using Damage = std::function<void(Entry&)>;

std::string_view BrokenBy(Entry entry, const Damage& damage) {
  EXPECT_EQ(BrokenRule(entry), "");
  damage(entry);
  return BrokenRule(entry);
}

TEST(EntryRules, SamplesAreValid) {
  EXPECT_EQ(BrokenRule(EmptyEntry()), "");
  EXPECT_EQ(BrokenRule(FullEntry()), "");
  EXPECT_EQ(BrokenRule(RefsEntry()), "");
}

TEST(EntryRules, EachRuleOfATimelinesEntryIsKept) {
  const std::vector<std::pair<const char*, Damage>> damages = {
      {"its cause is unknown", [](Entry& e) { e.cause = Cause{0}; }},
      {"its cause is unknown", [](Entry& e) { e.cause = Cause{11}; }},
      {"it has no timeline", [](Entry& e) { e.timeline = {}; }},
      {"a repository stands in `refs` entries, and only there", [](Entry& e) { e.repository = "r"; }},
      {"pointers stand in `refs` entries only", [](Entry& e) { e.pointers = RefsEntry().pointers; }},
      {"a commit before stands in resets only", [](Entry& e) { e.cause = Cause::kCommit; }},
      {"a birth names its repository", [](Entry& e) { e.birth->repository.clear(); }},
      {"a file has no path", [](Entry& e) { e.files[0].path.clear(); }},
      {"its files are out of order", [](Entry& e) { std::swap(e.files[1], e.files[2]); }},
      {"its files are out of order", [](Entry& e) { e.files[1].path = e.files[2].path; }},
      {"a file's mode is unknown", [](Entry& e) { e.files[1].mode = FileMode::kTree; }},
      {"a file's mode is unknown", [](Entry& e) { e.files[1].mode = FileMode{0100600}; }},
      {"an absent file has neither blob nor outcome", [](Entry& e) { e.files[0].blob = RepeatedId(1); }},
      {"an absent file has neither blob nor outcome", [](Entry& e) { e.files[0].outcome = 1; }},
      {"a change's operation is unknown", [](Entry& e) { e.changes[0].operation = Operation{0}; }},
      {"a change's operation is unknown", [](Entry& e) { e.changes[0].operation = Operation::kDerived; }},
      {"a change has no key", [](Entry& e) { e.changes[0].key.clear(); }},
      {"a change names a file that is not there", [](Entry& e) { e.changes[0].file = 6; }},
      {"a change has content unless it is a deletion", [](Entry& e) { e.changes[0].content_hash = {}; }},
      {"a change has content unless it is a deletion", [](Entry& e) { e.changes[4].content_hash = RepeatedDigest(1); }},
      {"an old key stands in moves, and only there", [](Entry& e) { e.changes[0].moved_from = "k"; }},
      {"an old key stands in moves, and only there", [](Entry& e) { e.changes[1].moved_from.clear(); }},
      {"a failed decode is stale", [](Entry& e) { e.changes[2].stale = false; }},
      {"its changes are out of order", [](Entry& e) { std::swap(e.changes[0], e.changes[1]); }},
      {"its changes are out of order", [](Entry& e) { e.changes[1].key = e.changes[0].key; }},
      {"a change stands behind the deletions", [](Entry& e) { std::swap(e.changes[3], e.changes[4]); }},
      {"a key is changed and deleted", [](Entry& e) { e.changes[4].key = e.changes[2].key; }},
      {"its changes are out of order", [](Entry& e) { e.changes.push_back(e.changes[4]); }},
  };
  for (const auto& [rule, damage] : damages) EXPECT_EQ(BrokenBy(FullEntry(), damage), rule);
}

TEST(EntryRules, EachRuleOfARefsEntryIsKept) {
  const std::vector<std::pair<const char*, Damage>> damages = {
      {"a repository stands in `refs` entries, and only there", [](Entry& e) { e.repository.clear(); }},
      {"a `refs` entry is of no timeline", [](Entry& e) { e.timeline = TimelineId(1); }},
      {"a `refs` entry changes nothing", [](Entry& e) { e.files = FullEntry().files; }},
      {"a birth needs a timeline", [](Entry& e) { e.birth = FullEntry().birth; }},
  };
  for (const auto& [rule, damage] : damages) EXPECT_EQ(BrokenBy(RefsEntry(), damage), rule);
}

TEST(EntryRules, EntriesOfTheStoreNeedNoTimeline) {
  for (const Cause cause : {Cause::kVoid, Cause::kCut}) {
    Entry entry;
    entry.cause = cause;
    EXPECT_EQ(BrokenRule(entry), "");
  }
}

}  // namespace
}  // namespace setpoint::storage
