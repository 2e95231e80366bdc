// Pages of a history: whatever page it is cut into, together they are the whole, each begun from where the one before
// ended. SETPOINT_SEED=n repeats one round.
#include "query/history.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "query/view.h"
#include "storage/base/concat.h"
#include "tests/properties/ingested_history.h"
#include "tests/support/store_under_test.h"
#include "tests/support/test_seed.h"

namespace setpoint::test {
namespace {

using Lines = std::vector<std::string>;
using query::HistoryItem;
using query::HistoryMark;
using query::HistoryRequest;
using query::HistoryScan;

std::string LineOf(const query::View& view, const HistoryItem& item) {
  std::string line =
      storage::Concat("r", item.entry.revision.value, " ", view.catalog.names.ResourceKey(item.version.resource), " ",
                      uint64_t{static_cast<uint8_t>(item.version.operation)}, " landed r", item.landed.value);
  if (item.before) line += storage::Concat(" before r", item.before->position.revision.value);
  return line;
}

Lines Whole(const query::View& view, const HistoryRequest& request) {
  const auto items = query::ReadHistory(view, request);
  EXPECT_TRUE(items.ok()) << items.status();
  Lines lines;
  if (!items.ok()) return lines;
  for (const HistoryItem& item : *items) lines.push_back(LineOf(view, item));
  return lines;
}

// As a client pages: one more is found than is shown, and the next page begins with it.
Lines Paged(const query::View& view, HistoryRequest request, size_t limit, bool keeps_open) {
  Lines lines;
  bool more = true;
  while (more) {
    more = false;
    request.limit = limit + 1;
    auto scan = HistoryScan::Begin(view, request);
    EXPECT_TRUE(scan.ok()) << scan.status();
    if (!scan.ok()) break;
    for (size_t shown = 0; !scan->ended() && !more;) {
      query::ScanBudget turn{2};
      const auto item = scan->Next(turn);
      EXPECT_TRUE(item.ok()) << item.status();
      if (!item.ok() || !item->has_value()) continue;
      more = shown++ == limit;
      if (!more) lines.push_back(LineOf(view, **item));
    }
    if (!more) break;
    HistoryMark mark = scan->MarkOfLast();
    if (!keeps_open) {
      mark.open.resize(1);
      mark.is_whole = false;
    }
    request.from = std::move(mark);
  }
  return lines;
}

TEST(HistoryPagesTest, TogetherAreTheWhole) {
  const SeedRange seeds = SeedsToRun(6, 1'000);
  size_t longest = 0;
  for (uint64_t seed = seeds.first; seed < seeds.first + seeds.count && !HasFailure(); ++seed) {
    SCOPED_TRACE("SETPOINT_SEED=" + std::to_string(seed));
    WithIngestedHistory(HistoryKind::kBlame, seed, [&](StoreUnderTest& store) {
      const query::View view(store.database());
      const auto timeline = view.catalog.timelines.FindDefault(storage::RepositoryId(1)).value();
      const storage::Position tip{timeline.id, timeline.last};
      std::set<std::string> keys;
      for (const storage::Entry& entry : store.Entries()) {
        for (const storage::Change& change : entry.changes) keys.insert(change.key);
      }
      for (const std::string& key : keys) {
        const auto known =
            storage::FindVersion(view.rows, view.catalog.timelines, view.catalog.names.FindResource(key), tip);
        ASSERT_TRUE(known.ok());
        if (!known->has_value()) continue;  // It never was on this timeline.
        for (const bool own_timeline : {false, true}) {
          const HistoryRequest request{storage::RepositoryId(1), tip, key, 0, own_timeline};
          const Lines whole = Whole(view, request);
          longest = std::max(longest, whole.size());
          for (const size_t limit : {size_t{1}, size_t{3}}) {
            EXPECT_EQ(Paged(view, request, limit, true), whole) << key;
            EXPECT_EQ(Paged(view, request, limit, false), whole) << key;
          }
        }
      }
    });
  }
  EXPECT_GT(longest, 10U) << "a history of some pages";
}

}  // namespace
}  // namespace setpoint::test
