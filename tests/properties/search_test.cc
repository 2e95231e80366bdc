// Search against a full scan of the log: every entry, every change, every filter asked by itself. The scan knows no
// index: neither terms nor steps nor times. SETPOINT_SEED=n repeats one round.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "query/path_pattern.h"
#include "query/search.h"
#include "query/view.h"
#include "storage/base/concat.h"
#include "storage/formats/resource_key.h"
#include "tests/properties/ingested_history.h"
#include "tests/support/store_under_test.h"
#include "tests/support/test_seed.h"

namespace setpoint::test {
namespace {

using query::ChangeFilter;

// "r12.3 KEY POINTER:FROM>TO …" for each change, in the order of the answer.
using Lines = std::vector<std::string>;

std::string LineOf(uint64_t revision, uint32_t index, std::string_view key,
                   const std::vector<query::FieldEvent>& fields) {
  std::string line = storage::Concat("r", revision, ".", index, " ", key);
  for (const query::FieldEvent& each : fields) {
    line += storage::Concat(" ", each.pointer, ":", each.from.value_or("-"), ">", each.to.value_or("-"));
  }
  return line;
}

class SearchRound {
 public:
  SearchRound(StoreUnderTest& store, uint64_t seed)
      : random_(seed), view_(store.database()), entries_(store.Entries()) {}

  void Check() {
    const query::SearchRequest request = RandomRequest();
    const Lines expected = Scan(request);
    EXPECT_EQ(SearchFor(request, 0), expected) << Describe(request);
    // In pages of two, each beginning where the one before ended.
    Lines paged;
    query::SearchRequest page = request;
    for (Lines some = SearchFor(page, 2); !some.empty(); some = SearchFor(page, 2)) {
      paged.insert(paged.end(), some.begin(), some.end());
      page.before = last_;
    }
    EXPECT_EQ(paged, expected) << Describe(request);
  }

 private:
  size_t Below(size_t bound) { return random_() % bound; }

  query::SearchRequest RandomRequest() {
    query::SearchRequest request;
    request.repository = storage::RepositoryId(1);
    if (Below(2) == 0) request.position = RandomPosition();
    ChangeFilter& filter = request.filter;
    const char* const values[] = {"image0", "image1", "image2", "c1", "a1", "1", "0", "web", "Deployment", "nowhere"};
    if (Below(2) == 0) filter.value = values[Below(std::size(values))];
    const char* const fields[] = {"/spec", "/spec/containers/*/image", "/data/v", "/*", "/spec/args/0", "/kind"};
    if (Below(3) == 0) filter.field = fields[Below(std::size(fields))];
    const char* const paths[] = {"apps/", "**/*.yaml", "*.yaml", "dir/*", "clusters/web.yaml"};
    if (Below(4) == 0) filter.path = paths[Below(std::size(paths))];
    const char* const kinds[] = {"Deployment", "Deployment.apps", "ConfigMap", "Data", "File"};
    if (Below(4) == 0) filter.kind = kinds[Below(std::size(kinds))];
    if (Below(6) == 0) filter.name = Below(2) == 0 ? "web" : "p";
    if (Below(6) == 0) filter.declared_namespace = Below(2) == 0 ? "shop" : "";
    if (Below(4) == 0) filter.operation = static_cast<storage::Operation>(1 + Below(5));
    if (Below(6) == 0) filter.author = Below(2) == 0 ? "ADA" : "nobody@";
    if (Below(6) == 0) filter.committer = Below(2) == 0 ? "carl" : "ada";
    if (Below(6) == 0) filter.message = storage::Concat("Commit ", Below(10));
    if (Below(8) == 0) filter.axis = storage::TimeAxis::kObserved;
    if (Below(5) == 0) filter.since = RandomTime(filter.axis);
    if (Below(5) == 0) filter.until = RandomTime(filter.axis);
    return request;
  }

  storage::Position RandomPosition() {
    while (true) {
      const size_t n = Below(entries_.size());
      if (!entries_[n].timeline.IsNone()) return {entries_[n].timeline, storage::Revision(n + 1)};
    }
  }

  int64_t RandomTime(storage::TimeAxis axis) {
    const storage::Entry& entry = entries_[Below(entries_.size())];
    const auto commit = query::ReadCommit(view_, storage::RepositoryId(1), entry.commit).value();
    return axis == storage::TimeAxis::kObserved || !commit ? entry.observed : commit->committer.seconds;
  }

  Lines SearchFor(const query::SearchRequest& request, size_t limit) {
    Lines lines;
    query::ChangeScan scan(view_, request);
    while (!scan.ended() && (limit == 0 || lines.size() < limit)) {
      query::ScanBudget turn{1 + Below(8)};
      const auto item = scan.Next(turn);
      EXPECT_TRUE(item.ok()) << item.status();
      if (!item.ok()) break;
      EXPECT_TRUE(item->has_value() || scan.ended() || turn.IsSpent()) << "it gave up";
      if (!item->has_value()) continue;
      const auto& version = (*item)->version;
      lines.push_back(LineOf(version.position.revision.value, version.index,
                             view_.catalog.names.ResourceKey(version.resource), (*item)->fields));
      last_ = {version.position.revision, version.index};
      EXPECT_EQ((*item)->entry.revision, version.origin);
    }
    return lines;
  }

  Lines Scan(const query::SearchRequest& request) {
    Lines lines;
    std::vector<storage::Position> lineage;
    if (request.position) lineage = view_.catalog.timelines.Lineage(*request.position);
    for (size_t n = entries_.size(); n-- > 0;) {
      const storage::Position position = {entries_[n].timeline, storage::Revision(n + 1)};
      const bool is_read = !request.position || std::any_of(lineage.begin(), lineage.end(), [&](const auto& each) {
        return each.timeline == position.timeline && each.revision >= position.revision;
      });
      for (size_t i = entries_[n].changes.size(); is_read && i-- > 0;) ScanChange(request, position, i, lines);
    }
    return lines;
  }

  void ScanChange(const query::SearchRequest& request, storage::Position position, size_t i, Lines& lines) {
    const storage::Change& change = entries_[position.revision.value - 1].changes[i];
    const auto version = storage::FindVersion(view_.rows, view_.catalog.timelines,
                                              view_.catalog.names.FindResource(change.key), position)
                             .value()
                             .value();
    if (!request.position && version.origin != position.revision) return;
    if (!MatchesWriter(request.filter, version.origin) || !MatchesChange(request.filter, change, position)) return;
    const auto basis = request.position ? query::EventBasis::kTimeline : query::EventBasis::kCommit;
    const auto events = query::ReadFieldEvents(view_, storage::RepositoryId(1), version, basis).value();
    std::vector<query::FieldEvent> fields;
    const ChangeFilter& filter = request.filter;
    if (!filter.field.empty() || filter.value) {
      for (const query::FieldEvent& each : events.fields) {
        const auto is_value = [&](const std::optional<std::string>& json) {
          return json && (*json == *filter.value || *json == storage::Concat("\"", *filter.value, "\""));
        };
        if (!query::PointerMatches(filter.field, each.pointer)) continue;
        if (!filter.value || is_value(each.from) || is_value(each.to)) fields.push_back(each);
      }
      if (fields.empty()) return;
    }
    lines.push_back(LineOf(position.revision.value, static_cast<uint32_t>(i + 1), change.key, fields));
  }

  bool MatchesWriter(const ChangeFilter& filter, storage::Revision origin) {
    const storage::Entry& entry = entries_[origin.value - 1];
    const auto commit = query::ReadCommit(view_, storage::RepositoryId(1), entry.commit).value();
    if (!commit) return !filter.AsksForCommit();
    const auto contains = [](std::string text, std::string part) {
      for (std::string* each : {&text, &part}) std::transform(each->begin(), each->end(), each->begin(), ::tolower);
      return text.find(part) != std::string::npos;
    };
    const int64_t time = filter.axis == storage::TimeAxis::kObserved ? entry.observed : commit->committer.seconds;
    return contains(query::AuthorText(commit->author), filter.author) &&
           contains(query::AuthorText(commit->committer), filter.committer) &&
           contains(commit->message, filter.message) && time >= filter.since.value_or(time) &&
           time <= filter.until.value_or(time);
  }

  bool MatchesChange(const ChangeFilter& filter, const storage::Change& change, storage::Position position) {
    const storage::Entry& entry = entries_[position.revision.value - 1];
    const auto parts =
        storage::ParseIdentity(static_cast<storage::Format>(change.format), storage::SplitKey(change.key).identity);
    if (filter.operation && *filter.operation != change.operation) return false;
    if (!query::PathMatches(filter.path, entry.files[change.file].path)) return false;
    const std::string with_group = storage::Concat(parts.kind, ".", parts.group);
    if (!filter.kind.empty() && filter.kind != parts.kind && filter.kind != with_group) return false;
    if (filter.declared_namespace && *filter.declared_namespace != parts.declared_namespace) return false;
    return filter.name.empty() || filter.name == parts.name;
  }

  static std::string Describe(const query::SearchRequest& request) {
    const ChangeFilter& f = request.filter;
    return storage::Concat("at r", request.position ? request.position->revision.value : 0, " value ",
                           f.value.value_or("-"), " field ", f.field, " path ", f.path, " kind ", f.kind, " name ",
                           f.name, " author ", f.author, " committer ", f.committer, " message ", f.message);
  }

  std::mt19937_64 random_;
  const query::View view_;
  const std::vector<storage::Entry> entries_;
  std::pair<storage::Revision, uint32_t> last_;
};

TEST(SearchTest, AgreesWithAFullScan) {
  const SeedRange seeds = SeedsToRun(12, 3'000);
  for (uint64_t seed = seeds.first; seed < seeds.first + seeds.count && !HasFailure(); ++seed) {
    SCOPED_TRACE("SETPOINT_SEED=" + std::to_string(seed));
    const auto check = [&](StoreUnderTest& store) {
      SearchRound round(store, seed);
      for (int n = 0; n < 60 && !HasFailure(); ++n) round.Check();
    };
    WithIngestedHistory(seed % 3 != 0 ? HistoryKind::kBlame : HistoryKind::kAny, seed, check);
  }
}

}  // namespace
}  // namespace setpoint::test
