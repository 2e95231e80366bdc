// Appearances against the states themselves: at every entry of a timeline, oldest first, which resources have the value
// now, by their contents alone. SETPOINT_SEED=n repeats one round.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "query/appearances.h"
#include "query/content.h"
#include "query/path_pattern.h"
#include "query/view.h"
#include "storage/base/concat.h"
#include "storage/projections/state.h"
#include "tests/properties/ingested_history.h"
#include "tests/support/store_under_test.h"
#include "tests/support/test_seed.h"

namespace setpoint::test {
namespace {

using storage::Position;

// From which revision to which, under which key last; 0: it is there.
struct Stay {
  uint64_t came = 0;
  uint64_t left = 0;
  std::string key;
  auto operator<=>(const Stay&) const = default;
};

class AppearancesRound {
 public:
  AppearancesRound(StoreUnderTest& store, uint64_t seed)
      : random_(seed), view_(store.database()), entries_(store.Entries()) {}

  void Check() {
    query::AppearancesRequest request{storage::RepositoryId(1), RandomPosition(), {}};
    const char* const values[] = {"image0", "image1", "image2", "c1", "a1", "1", "0", "web", "Deployment", "nowhere"};
    request.filter.value = values[Below(std::size(values))];
    const char* const paths[] = {"apps/", "**/*.yaml", "dir/*", "clusters/web.yaml"};
    if (Below(3) == 0) request.filter.path = paths[Below(std::size(paths))];
    auto scan = query::AppearancesScan::Begin(view_, request);
    ASSERT_TRUE(scan.ok()) << scan.status();
    std::optional<std::vector<query::Appearance>> found;
    while (!found) {
      query::ScanBudget turn{1 + Below(8)};
      auto all = scan->GoOn(turn);
      ASSERT_TRUE(all.ok()) << all.status();
      EXPECT_TRUE(all->has_value() || turn.IsSpent()) << "it gave up";
      found = *std::move(all);
    }
    std::vector<Stay> stays;
    std::pair<storage::Revision, uint32_t> last;
    for (const query::Appearance& each : *found) {
      EXPECT_FALSE(each.pointers.empty());
      const std::pair place(each.came.position.revision, each.came.index);
      EXPECT_LT(last, place) << "oldest first";
      last = place;
      stays.push_back({each.came.position.revision.value, each.left ? each.left->position.revision.value : 0,
                       std::string(view_.catalog.names.ResourceKey(each.newest.resource))});
    }
    std::sort(stays.begin(), stays.end());
    const std::vector<Stay> expected = Replay(request);
    EXPECT_TRUE(stays == expected) << Text(stays) << "expected\n"
                                   << Text(expected) << "at r" << request.position.revision.value << " value "
                                   << *request.filter.value << " path " << request.filter.path;
  }

 private:
  using Open = std::map<std::string, Stay>;  // By the key that it has now.

  size_t Below(size_t bound) { return random_() % bound; }

  static std::string Text(const std::vector<Stay>& stays) {
    std::string text;
    for (const Stay& each : stays) text += storage::Concat("r", each.came, " r", each.left, " ", each.key, "\n");
    return text;
  }

  Position RandomPosition() {
    while (true) {
      const size_t n = Below(entries_.size());
      if (!entries_[n].timeline.IsNone()) return {entries_[n].timeline, storage::Revision(n + 1)};
    }
  }

  // Who has the value, by key.
  std::set<std::string> Present(const query::AppearancesRequest& request, Position position) {
    std::set<std::string> present;
    const auto state = storage::ReadState(view_.rows, view_.catalog.timelines, position).value();
    for (const storage::StateItem& item : state) {
      if (!query::PathMatches(request.filter.path, view_.catalog.names.Path(item.path))) continue;
      const std::string json = query::ReadContentJson(view_, item.content).value();
      const std::string quoted = storage::Concat("\"", *request.filter.value, "\"");
      // A scalar ends a member or an item; what is followed by ':' is a member's name.
      for (const std::string& text : {quoted, *request.filter.value}) {
        for (size_t at = json.find(text); at != std::string::npos; at = json.find(text, at + 1)) {
          const char before = at == 0 ? ':' : json[at - 1];
          const char after = at + text.size() < json.size() ? json[at + text.size()] : '}';
          const bool begins = before == ':' || before == '[' || before == ',';
          const bool ends = after == ',' || after == '}' || after == ']';
          if (begins && ends) present.emplace(view_.catalog.names.ResourceKey(item.resource));
        }
      }
    }
    return present;
  }

  std::vector<Stay> Replay(const query::AppearancesRequest& request) {
    std::vector<Position> lineage = view_.catalog.timelines.Lineage(request.position);
    std::vector<Stay> stays;
    Open open;
    for (uint64_t revision = 1; revision <= entries_.size(); ++revision) {
      const Position position = {entries_[revision - 1].timeline, storage::Revision(revision)};
      const bool is_read = std::any_of(lineage.begin(), lineage.end(), [&](const Position& each) {
        return each.timeline == position.timeline && each.revision >= position.revision;
      });
      if (is_read) Step(entries_[revision - 1], revision, Present(request, position), open, stays);
    }
    for (auto& [key, stay] : open) {
      stay.key = key;
      stays.push_back(stay);
    }
    std::sort(stays.begin(), stays.end());
    return stays;
  }

  static void Step(const storage::Entry& entry, uint64_t revision, const std::set<std::string>& present, Open& open,
                   std::vector<Stay>& stays) {
    const Open before = std::exchange(open, {});
    std::set<std::string> moved;
    for (const std::string& key : present) {
      if (const auto same = before.find(key); same != before.end()) {
        open.insert(*same);
        moved.insert(key);
        continue;
      }
      const auto move = std::find_if(entry.changes.begin(), entry.changes.end(),
                                     [&](const auto& each) { return each.key == key && !each.moved_from.empty(); });
      const auto from = move == entry.changes.end() ? before.end() : before.find(move->moved_from);
      if (from != before.end()) moved.insert(from->first);
      open.emplace(key, from != before.end() ? from->second : Stay{revision, 0, ""});
    }
    for (const auto& [key, stay] : before) {
      if (!moved.contains(key)) stays.push_back({stay.came, revision, key});
    }
  }

  std::mt19937_64 random_;
  const query::View view_;
  const std::vector<storage::Entry> entries_;
};

TEST(AppearancesTest, AgreeWithTheStates) {
  const SeedRange seeds = SeedsToRun(8, 2'000);
  for (uint64_t seed = seeds.first; seed < seeds.first + seeds.count && !HasFailure(); ++seed) {
    SCOPED_TRACE("SETPOINT_SEED=" + std::to_string(seed));
    const auto check = [&](StoreUnderTest& store) {
      AppearancesRound round(store, seed);
      for (int n = 0; n < 20 && !HasFailure(); ++n) round.Check();
    };
    WithIngestedHistory(seed % 3 != 0 ? HistoryKind::kBlame : HistoryKind::kAny, seed, check);
  }
}

}  // namespace
}  // namespace setpoint::test
