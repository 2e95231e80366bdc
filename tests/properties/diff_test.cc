// Diff applied to one state gives the other: between any two positions of random histories, on any two timelines, and
// on the real repository. What stands in a difference is also true of both sides, and over one entry the same things
// moved. SETPOINT_SEED=n repeats one round.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <random>

#include "query/content.h"
#include "query/diff.h"
#include "query/view.h"
#include "storage/projections/state.h"
#include "tests/properties/ingested_history.h"
#include "tests/support/store_under_test.h"
#include "tests/support/test_seed.h"

namespace setpoint::test {
namespace {

using Json = nlohmann::json;

// What counts of a version: its content, path and staleness.
struct Thing {
  Json content;
  std::string path;
  bool stale = false;
  bool operator==(const Thing&) const = default;
};
using State = std::map<std::string, Thing>;  // By key.

// The differences of one document, by the steps of their pointers.
struct Edits {
  const query::FieldDifference* whole = nullptr;
  std::vector<const query::FieldDifference*> removed;  // Of this list or object.
  std::map<std::string, Edits> below;
};

std::vector<std::string> StepsOf(const std::string& pointer) {
  std::vector<std::string> steps;
  const Json::json_pointer parsed(pointer);
  for (Json::json_pointer at = parsed; !at.empty(); at = at.parent_pointer()) steps.insert(steps.begin(), at.back());
  return steps;
}

Json Apply(const Json& before, const Edits& edits) {
  if (edits.whole != nullptr) return Json::parse(*edits.whole->to);
  Json after = before;
  if (before.is_array()) {
    Json kept = Json::array();
    for (size_t i = 0; i < before.size(); ++i) {
      const auto gone = std::find_if(edits.removed.begin(), edits.removed.end(), [&](const auto* each) {
        return StepsOf(each->pointer).back() == std::to_string(i);
      });
      if (gone == edits.removed.end()) {
        kept.push_back(before[i]);
      } else {
        EXPECT_EQ(Json::parse(*(*gone)->from), before[i]);
      }
    }
    std::map<size_t, const Edits*> in_order;
    for (const auto& [step, edit] : edits.below) in_order[std::stoul(step)] = &edit;
    for (const auto& [index, edit] : in_order) {
      const bool came = edit->whole != nullptr && !edit->whole->from;
      if (came) {
        kept.insert(kept.begin() + static_cast<std::ptrdiff_t>(index), Json::parse(*edit->whole->to));
      }
    }
    for (const auto& [index, edit] : in_order) {
      if (edit->whole != nullptr && edit->whole->from) {
        EXPECT_EQ(Json::parse(*edit->whole->from), kept.at(index));
      }
      if (edit->whole == nullptr || edit->whole->from) kept.at(index) = Apply(kept.at(index), *edit);
    }
    return kept;
  }
  for (const auto* each : edits.removed) {
    EXPECT_EQ(Json::parse(*each->from), before.at(StepsOf(each->pointer).back()));
    after.erase(StepsOf(each->pointer).back());
  }
  for (const auto& [step, edit] : edits.below) {
    const bool came = edit.whole != nullptr && !edit.whole->from;
    EXPECT_EQ(before.contains(step), !came);
    if (edit.whole != nullptr && edit.whole->from) {
      EXPECT_EQ(Json::parse(*edit.whole->from), before.at(step));
    }
    after[step] = Apply(before.value(step, Json()), edit);
  }
  return after;
}

Json Apply(const Json& before, const std::vector<query::FieldDifference>& fields) {
  Edits root;
  for (const query::FieldDifference& field : fields) {
    Edits* at = &root;
    std::vector<std::string> steps = StepsOf(field.pointer);
    if (!field.to) {
      steps.pop_back();
      for (const std::string& step : steps) at = &at->below[step];
      at->removed.push_back(&field);
      continue;
    }
    for (const std::string& step : steps) at = &at->below[step];
    at->whole = &field;
  }
  return Apply(before, root);
}

class DiffRound {
 public:
  explicit DiffRound(StoreUnderTest& store) : store_(store), view_(store.database()) {}

  State StateAt(storage::Position position) {
    const auto items = storage::ReadState(*store_.database().store, view_.catalog.timelines, position);
    EXPECT_TRUE(items.ok()) << items.status();
    State state;
    for (const storage::StateItem& item : *items) state[KeyOf(item)] = ThingOf(item);
    return state;
  }

  void Check(storage::Position from, storage::Position to) {
    const auto differences = query::ReadDiff(view_, {{from, ""}, {to, ""}, {}});
    ASSERT_TRUE(differences.ok()) << differences.status();
    State state = StateAt(from);
    for (const query::ResourceDifference& each : *differences) {
      if (each.before) {
        EXPECT_EQ(state.erase(KeyOf(*each.before)), 1u) << KeyOf(*each.before);
      }
    }
    for (const query::ResourceDifference& each : *differences) {
      if (!each.after) continue;
      Thing thing = ThingOf(*each.after);
      EXPECT_FALSE(state.contains(KeyOf(*each.after)));
      if (each.before) {
        const Thing was = ThingOf(*each.before);
        thing.content = Apply(was.content, each.fields);
        EXPECT_TRUE(!(was == ThingOf(*each.after)) || each.before->resource != each.after->resource);
      }
      state[KeyOf(*each.after)] = thing;
    }
    EXPECT_TRUE(state == StateAt(to)) << "from r" << from.revision.value << " to r" << to.revision.value;
  }

  // What moved over one entry: as the diff says, and as the entry does.
  void CheckMoves(storage::Position before, storage::Position at, const storage::Entry& entry) {
    std::map<std::string, std::string> expected;
    for (const storage::Change& change : entry.changes) {
      if (change.operation == storage::Operation::kMoved) expected[change.key] = change.moved_from;
    }
    const auto differences = query::ReadDiff(view_, {{before, ""}, {at, ""}, {}});
    ASSERT_TRUE(differences.ok()) << differences.status();
    std::map<std::string, std::string> moved;
    for (const query::ResourceDifference& each : *differences) {
      if (each.operation == storage::Operation::kMoved) moved[KeyOf(*each.after)] = KeyOf(*each.before);
    }
    EXPECT_EQ(moved, expected) << "over r" << at.revision.value;
    moves_ += moved.size();
  }
  size_t moves() const { return moves_; }

 private:
  std::string KeyOf(const storage::StateItem& item) const {
    return std::string(view_.catalog.names.ResourceKey(item.resource));
  }
  Thing ThingOf(const storage::StateItem& item) const {
    const auto content = query::ReadContentJson(view_, item.content);
    EXPECT_TRUE(content.ok()) << content.status();
    return {Json::parse(*content), std::string(view_.catalog.names.Path(item.path)), item.stale};
  }

  StoreUnderTest& store_;
  const query::View view_;
  size_t moves_ = 0;
};

// Over each entry of a timeline. How many moves there were.
size_t CheckEntries(StoreUnderTest& store) {
  DiffRound round(store);
  std::map<storage::TimelineId, storage::Position> last;
  const std::vector<storage::Entry> entries = store.Entries();
  for (size_t n = 0; n < entries.size() && !testing::Test::HasFailure(); ++n) {
    if (entries[n].timeline.IsNone()) continue;
    const storage::Position at = {entries[n].timeline, storage::Revision(n + 1)};
    if (last.contains(at.timeline)) round.CheckMoves(last[at.timeline], at, entries[n]);
    last[at.timeline] = at;
  }
  return round.moves();
}

// Pairs of positions at random, in both directions, and each with itself.
void CheckPairs(StoreUnderTest& store, std::mt19937_64& random, int pairs) {
  std::vector<storage::Position> positions;
  const std::vector<storage::Entry> entries = store.Entries();
  for (size_t n = 0; n < entries.size(); ++n) {
    if (!entries[n].timeline.IsNone()) positions.push_back({entries[n].timeline, storage::Revision(n + 1)});
  }
  DiffRound round(store);
  for (int n = 0; n < pairs && !testing::Test::HasFailure(); ++n) {
    const storage::Position from = positions[random() % positions.size()];
    const storage::Position to = positions[random() % positions.size()];
    round.Check(from, to);
    round.Check(to, from);
    round.Check(to, to);
  }
}

TEST(DiffTest, AppliedToOneStateItGivesTheOther) {
  const SeedRange seeds = SeedsToRun(16, 3'000);
  size_t moves = 0;
  for (uint64_t seed = seeds.first; seed < seeds.first + seeds.count && !HasFailure(); ++seed) {
    SCOPED_TRACE("SETPOINT_SEED=" + std::to_string(seed));
    std::mt19937_64 random(seed);
    WithIngestedHistory(seed % 2 == 0 ? HistoryKind::kBlame : HistoryKind::kAny, seed, [&](StoreUnderTest& store) {
      CheckPairs(store, random, 40);
      moves += CheckEntries(store);
    });
  }
  if (seeds.count > 1) {
    EXPECT_GT(moves, 0u);
  }
}

}  // namespace
}  // namespace setpoint::test
