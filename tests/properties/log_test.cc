// The log against a full scan of it: every entry, every filter asked by itself. The scan knows no index: neither steps
// nor times nor terms. SETPOINT_SEED=n repeats one round.
#include "query/log.h"

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

using query::LogFilter;
using query::LogRequest;
using Revisions = std::vector<uint64_t>;

class LogRound {
 public:
  LogRound(StoreUnderTest& store, uint64_t seed) : random_(seed), view_(store.database()), entries_(store.Entries()) {}

  void Check() {
    const LogRequest request = RandomRequest();
    const Revisions expected = Scan(request);
    EXPECT_EQ(Read(request), expected) << Describe(request);
    Revisions paged;
    LogRequest page = request;
    page.limit = 2;
    for (Revisions some = Read(page); !some.empty(); some = Read(page)) {
      paged.insert(paged.end(), some.begin(), some.end());
      page.before = storage::Revision(some.back());
    }
    EXPECT_EQ(paged, expected) << Describe(request);
    matches_ += expected.size();
  }
  size_t matches() const { return matches_; }

 private:
  size_t Below(size_t bound) { return random_() % bound; }

  LogRequest RandomRequest() {
    LogRequest request{.repository = storage::RepositoryId(1), .position = {}, .filter = {}};
    if (Below(3) != 0) request.position = RandomPosition();
    LogFilter& filter = request.filter;
    const char* const paths[] = {"apps/", "**/*.yaml", "*.yaml", "dir/*", "clusters/web.yaml"};
    if (Below(4) == 0) filter.path = paths[Below(std::size(paths))];
    if (Below(6) == 0) filter.scope = Below(2) == 0 ? "apps/" : "clusters/";
    const char* const kinds[] = {"Deployment", "Deployment.apps", "ConfigMap", "Data", "File"};
    if (Below(4) == 0) filter.kind = kinds[Below(std::size(kinds))];
    if (Below(8) == 0) filter.name = Below(2) == 0 ? "web" : "p";
    if (Below(4) == 0) filter.operation = static_cast<storage::Operation>(1 + Below(5));
    if (Below(6) == 0) filter.cause = static_cast<storage::Cause>(1 + Below(5));
    if (Below(6) == 0) filter.author = Below(2) == 0 ? "ADA" : "nobody@";
    if (Below(6) == 0) filter.committer = Below(2) == 0 ? "carl" : "ada";
    if (Below(6) == 0) filter.message = storage::Concat("Commit ", Below(10));
    if (Below(10) == 0) filter.signature.wanted = query::SignatureFilter::Wanted::kNone;
    if (Below(10) == 0) filter.signature.wanted = query::SignatureFilter::Wanted::kSigned;
    if (Below(3) == 0) filter.axis = storage::TimeAxis::kObserved;
    if (Below(3) == 0) filter.since = RandomTime(filter.axis);
    if (Below(3) == 0) filter.until = RandomTime(filter.axis);
    return request;
  }

  storage::Position RandomPosition() {
    while (true) {
      const size_t n = Below(entries_.size());
      if (!entries_[n].timeline.IsNone()) return {entries_[n].timeline, storage::Revision(n + 1)};
    }
  }

  std::optional<storage::Commit> CommitOf(const storage::Entry& entry) {
    return query::ReadCommit(view_, storage::RepositoryId(1), entry.commit).value();
  }

  int64_t RandomTime(storage::TimeAxis axis) {
    const storage::Entry& entry = entries_[Below(entries_.size())];
    const auto commit = CommitOf(entry);
    return axis == storage::TimeAxis::kObserved || !commit ? entry.observed : commit->committer.seconds;
  }

  Revisions Read(const LogRequest& request) {
    Revisions revisions;
    query::LogScan scan(view_, request);
    while (!scan.ended() && (request.limit == 0 || revisions.size() < request.limit)) {
      query::ScanBudget turn{1 + Below(8)};
      const auto item = scan.Next(turn);
      EXPECT_TRUE(item.ok()) << item.status();
      if (!item.ok()) break;
      EXPECT_TRUE(item->has_value() || scan.ended() || turn.IsSpent()) << "it gave up";
      if (item->has_value()) revisions.push_back((*item)->position.revision.value);
    }
    return revisions;
  }

  Revisions Scan(const LogRequest& request) {
    Revisions revisions;
    std::vector<storage::Position> lineage;
    if (request.position) lineage = view_.catalog.timelines.Lineage(*request.position);
    for (size_t n = entries_.size(); n-- > 0;) {
      const storage::Entry& entry = entries_[n];
      if (entry.timeline.IsNone()) continue;
      const bool is_read = !request.position || std::any_of(lineage.begin(), lineage.end(), [&](const auto& each) {
        return each.timeline == entry.timeline && each.revision.value >= n + 1;
      });
      if (is_read && Matches(request.filter, entry)) revisions.push_back(n + 1);
    }
    return revisions;
  }

  bool Matches(const LogFilter& filter, const storage::Entry& entry) {
    if (filter.cause && *filter.cause != entry.cause) return false;
    if (!MatchesCommit(filter, entry)) return false;
    const auto is_below = [&](const std::string& path) {
      return path.starts_with(filter.scope) && query::PathMatches(filter.path, path);
    };
    if (!filter.operation && filter.kind.empty() && filter.name.empty()) {
      if (filter.path.empty() && filter.scope.empty()) return true;
      return std::any_of(entry.files.begin(), entry.files.end(), [&](const auto& file) { return is_below(file.path); });
    }
    return std::any_of(entry.changes.begin(), entry.changes.end(), [&](const storage::Change& change) {
      const auto parts =
          storage::ParseIdentity(static_cast<storage::Format>(change.format), storage::SplitKey(change.key).identity);
      const std::string with_group = storage::Concat(parts.kind, ".", parts.group);
      return is_below(entry.files[change.file].path) && (!filter.operation || *filter.operation == change.operation) &&
             (filter.kind.empty() || filter.kind == parts.kind || filter.kind == with_group) &&
             (filter.name.empty() || filter.name == parts.name);
    });
  }

  bool MatchesCommit(const LogFilter& filter, const storage::Entry& entry) {
    const auto commit = CommitOf(entry);
    const bool observed = filter.axis == storage::TimeAxis::kObserved;
    if ((filter.since || filter.until) && !observed && !commit) return false;
    if (filter.since || filter.until) {
      const int64_t time = observed ? entry.observed : commit->committer.seconds;
      if (time < filter.since.value_or(time) || time > filter.until.value_or(time)) return false;
    }
    const bool asks = !filter.author.empty() || !filter.committer.empty() || !filter.message.empty() ||
                      filter.signature.wanted != query::SignatureFilter::Wanted::kAll;
    if (!asks) return true;
    if (!commit) return false;
    const auto contains = [](std::string text, std::string part) {
      for (std::string* each : {&text, &part}) std::transform(each->begin(), each->end(), each->begin(), ::tolower);
      return text.find(part) != std::string::npos;
    };
    return contains(query::AuthorText(commit->author), filter.author) &&
           contains(query::AuthorText(commit->committer), filter.committer) &&
           contains(commit->message, filter.message) &&
           filter.signature.wanted != query::SignatureFilter::Wanted::kSigned;
  }

  static std::string Describe(const LogRequest& request) {
    const LogFilter& f = request.filter;
    return storage::Concat("at r", request.position ? request.position->revision.value : 0, " path ", f.path, " scope ",
                           f.scope, " kind ", f.kind, " name ", f.name, " author ", f.author, " since ",
                           f.since.value_or(-1), " until ", f.until.value_or(-1), " axis ", static_cast<int>(f.axis),
                           " cause ", f.cause ? static_cast<int>(*f.cause) : 0);
  }

  std::mt19937_64 random_;
  const query::View view_;
  const std::vector<storage::Entry> entries_;
  size_t matches_ = 0;
};

TEST(LogTest, AgreesWithAFullScan) {
  const SeedRange seeds = SeedsToRun(12, 3'000);
  size_t matches = 0;
  for (uint64_t seed = seeds.first; seed < seeds.first + seeds.count && !HasFailure(); ++seed) {
    SCOPED_TRACE("SETPOINT_SEED=" + std::to_string(seed));
    const auto check = [&](StoreUnderTest& store) {
      LogRound round(store, seed);
      for (int n = 0; n < 80 && !HasFailure(); ++n) round.Check();
      matches += round.matches();
    };
    WithIngestedHistory(seed % 3 != 0 ? HistoryKind::kBlame : HistoryKind::kAny, seed, check);
  }
  EXPECT_GT(matches, 100u);  // Else the questions were about nothing.
}

// A change that a search finds is one of an entry that the log finds, and the other way round.
TEST(LogTest, FindsTheEntriesOfAValueOfAField) {
  const SeedRange seeds = SeedsToRun(6, 1'000);
  for (uint64_t seed = seeds.first; seed < seeds.first + seeds.count && !HasFailure(); ++seed) {
    SCOPED_TRACE("SETPOINT_SEED=" + std::to_string(seed));
    WithIngestedHistory(HistoryKind::kBlame, seed, [](StoreUnderTest& store) {
      const query::View view(store.database());
      const auto timeline = view.catalog.timelines.FindDefault(storage::RepositoryId(1)).value();
      for (const char* const value : {"image0", "image1", "1", "web"}) {
        LogRequest request{.repository = storage::RepositoryId(1),
                           .position = storage::Position{timeline.id, timeline.last},
                           .filter = {}};
        request.filter.value = value;
        Revisions found;
        const auto items = query::ReadLog(view, request);
        ASSERT_TRUE(items.ok()) << items.status();
        for (const query::LogItem& item : *items) found.push_back(item.position.revision.value);
        Revisions expected;
        const query::SearchRequest search{request.repository, request.position, request.filter, {}};
        const absl::Status status = query::Search(view, search, [&](const query::SearchItem& item) {
          const uint64_t landed = item.version.position.revision.value;
          if (expected.empty() || expected.back() != landed) expected.push_back(landed);
          return true;
        });
        ASSERT_TRUE(status.ok()) << status;
        EXPECT_EQ(found, expected) << value;
      }
    });
  }
}

}  // namespace
}  // namespace setpoint::test
