#include <random>

#include "query/history.h"
#include "tools/bench/bench_subject.h"
#include "tools/bench/benches.h"
#include "tools/bench/process.h"

namespace setpoint::tools {
namespace {

constexpr size_t kGitFiles = 12;         // In each round.
constexpr size_t kOwnResources = 2'000;  // For the latencies.

absl::StatusOr<double> TimeOurs(const query::View& view, const std::vector<BenchSubject>& subjects,
                                const BenchPosition& at, storage::RepositoryId repository) {
  const double start = NowSeconds();
  for (const BenchSubject& subject : subjects) {
    const auto history = query::ReadHistory(view, {repository, at.position, subject.key, 0, false});
    if (!history.ok()) return history.status();
  }
  return (NowSeconds() - start) / static_cast<double>(subjects.size());
}

}  // namespace

absl::StatusOr<std::vector<BenchRow>> BenchHistory(const BenchInput& input) {
  const auto database = OpenBenchStore(input);
  if (!database.ok()) return database.status();
  const auto positions = ListBenchPositions(**database);
  if (!positions.ok()) return positions.status();
  const BenchPosition head = positions->back();
  const query::View view(**database);
  const auto all = SubjectsAt(**database, head.position);
  if (!all.ok()) return all.status();
  const std::vector<std::string> git_log = {"log", "--format=%H", "HEAD"};
  std::mt19937_64 random(input.seed);
  const auto sample = [&](size_t count) {
    std::vector<BenchSubject> some;
    for (size_t n = 0; n < count; ++n) some.push_back((*all)[random() % all->size()]);
    return some;
  };
  const storage::RepositoryId repository = view.catalog.names.FindRepository("input");
  std::vector<BenchSubject> subjects;
  const TimedRun ours = [&] {
    subjects = sample(kGitFiles);
    return TimeOurs(view, subjects, head, repository);
  };
  const auto plain =
      Alternate(input.rounds, ours, [&] { return TimeGitOfFiles(input, input.repository, git_log, subjects); });
  if (!plain.ok()) return plain.status();
  const auto clone = CloneWithBloomFilters(input);
  if (!clone.ok()) return clone.status();
  const auto bloom = Alternate(input.rounds, ours, [&] { return TimeGitOfFiles(input, *clone, git_log, subjects); });
  if (!bloom.ok()) return bloom.status();
  std::vector<double> times;
  for (const BenchSubject& subject : sample(kOwnResources)) {
    const auto time = TimeOurs(view, {subject}, head, repository);
    if (!time.ok()) return time.status();
    times.push_back(*time);
  }
  const double p50 = Median(times);
  return std::vector<BenchRow>{AtLeastRow("M9", "history of one resource; git log -- FILE", *plain, 2000),
                               AtLeastRow("M9", "the same; git log -- FILE with Bloom filters", *bloom, 100),
                               {"M9", "p50 in process", Seconds(p50), "", {}, "<= 100 us", p50 <= 100e-6}};
}

}  // namespace setpoint::tools
