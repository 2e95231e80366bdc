#include <algorithm>
#include <random>

#include "query/blame.h"
#include "tools/bench/bench_subject.h"
#include "tools/bench/benches.h"
#include "tools/bench/process.h"

namespace setpoint::tools {
namespace {

constexpr size_t kGitFiles = 12;  // In each round.

absl::StatusOr<double> TimeOurs(const query::View& view, const std::vector<BenchSubject>& subjects,
                                const BenchPosition& at, storage::RepositoryId repository) {
  const double start = NowSeconds();
  for (const BenchSubject& subject : subjects) {
    const auto blame = query::ReadBlame(view, {repository, at.position, subject.key, ""});
    if (!blame.ok()) return blame.status();
  }
  return (NowSeconds() - start) / static_cast<double>(subjects.size());
}

// Every resource alive at a position, each alone.
absl::StatusOr<std::vector<double>> TimeEach(const query::View& view, const std::vector<BenchSubject>& subjects,
                                             const BenchPosition& at, storage::RepositoryId repository) {
  std::vector<double> times;
  for (const BenchSubject& subject : subjects) {
    const auto time = TimeOurs(view, {subject}, at, repository);
    if (!time.ok()) return time.status();
    times.push_back(*time);
  }
  return times;
}

}  // namespace

absl::StatusOr<std::vector<BenchRow>> BenchBlame(const BenchInput& input) {
  const auto database = OpenBenchStore(input);
  if (!database.ok()) return database.status();
  const auto positions = ListBenchPositions(**database);
  if (!positions.ok()) return positions.status();
  const query::View view(**database);
  const storage::RepositoryId repository = view.catalog.names.FindRepository("input");
  const BenchPosition head = positions->back();
  const auto all = SubjectsAt(**database, head.position);
  if (!all.ok()) return all.status();
  const std::vector<std::string> git_blame = {"blame", "HEAD"};
  std::mt19937_64 random(input.seed);
  std::vector<BenchSubject> subjects;
  const TimedRun ours = [&] {
    subjects.clear();
    for (size_t n = 0; n < kGitFiles; ++n) subjects.push_back((*all)[random() % all->size()]);
    return TimeOurs(view, subjects, head, repository);
  };
  const auto plain =
      Alternate(input.rounds, ours, [&] { return TimeGitOfFiles(input, input.repository, git_blame, subjects); });
  if (!plain.ok()) return plain.status();
  const auto clone = CloneWithBloomFilters(input);
  if (!clone.ok()) return clone.status();
  const auto bloom = Alternate(input.rounds, ours, [&] { return TimeGitOfFiles(input, *clone, git_blame, subjects); });
  if (!bloom.ok()) return bloom.status();
  const auto times = TimeEach(view, *all, head, repository);
  if (!times.ok()) return times.status();
  // The longest histories ended before the head: every tenth of the log has a look.
  double worst = *std::max_element(times->begin(), times->end());
  for (size_t tenth = 1; tenth < 10; ++tenth) {
    const BenchPosition& at = (*positions)[positions->size() * tenth / 10];
    const auto there = SubjectsAt(**database, at.position);
    if (!there.ok()) return there.status();
    const auto more = TimeEach(view, *there, at, repository);
    if (!more.ok()) return more.status();
    if (!more->empty()) worst = std::max(worst, *std::max_element(more->begin(), more->end()));
  }
  const double p50 = Median(*times);
  return std::vector<BenchRow>{
      AtLeastRow("M10", "blame of one resource; git blame FILE", *plain, 100),
      AtLeastRow("M10", "the same; git blame FILE with Bloom filters", *bloom, 100),
      {"M10", "p50 in process", Seconds(p50), "", {}, "<= 1 ms", p50 <= 1e-3},
      {"M10", "the worst resource at ten positions", Seconds(worst), "", {}, "<= 25 ms", worst <= 25e-3}};
}

}  // namespace setpoint::tools
