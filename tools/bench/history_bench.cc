#include <filesystem>
#include <random>

#include "absl/strings/str_cat.h"
#include "query/history.h"
#include "storage/projections/state.h"
#include "tools/bench/benches.h"
#include "tools/bench/process.h"

namespace setpoint::tools {
namespace {

constexpr size_t kGitFiles = 4;          // In each round.
constexpr size_t kOwnResources = 2'000;  // For the latencies.

struct Subject {
  std::string key;
  std::string path;
};

absl::StatusOr<double> TimeOurs(const query::View& view, const std::vector<Subject>& subjects, const BenchPosition& at,
                                storage::RepositoryId repository) {
  const double start = NowSeconds();
  for (const Subject& subject : subjects) {
    const auto history = query::ReadHistory(view, {repository, at.position, subject.key, 0, false});
    if (!history.ok()) return history.status();
  }
  return (NowSeconds() - start) / static_cast<double>(subjects.size());
}

absl::StatusOr<double> TimeGit(const BenchInput& input, const std::string& repository,
                               const std::vector<Subject>& subjects) {
  double seconds = 0;
  BenchInput there = input;
  there.repository = repository;
  for (const Subject& subject : subjects) {
    const auto log = RunProcess({.words = there.Git({"log", "--format=%H", "HEAD", "--", subject.path})});
    if (!log.ok()) return log.status();
    seconds += log->seconds;
  }
  return seconds / static_cast<double>(subjects.size());
}

}  // namespace

absl::StatusOr<std::vector<BenchRow>> BenchHistory(const BenchInput& input) {
  const auto database = OpenBenchStore(input);
  if (!database.ok()) return database.status();
  const auto positions = ListBenchPositions(**database);
  if (!positions.ok()) return positions.status();
  const BenchPosition head = positions->back();
  const query::View view(**database);
  const storage::Catalog& catalog = (*database)->catalog;
  const auto state = storage::ReadState(*(*database)->store, catalog.timelines, head.position);
  if (!state.ok()) return state.status();
  std::mt19937_64 random(input.seed);
  const auto sample = [&](size_t count) {
    std::vector<Subject> some;
    for (size_t n = 0; n < count; ++n) {
      const storage::StateItem& item = (*state)[random() % state->size()];
      some.push_back(
          {std::string(catalog.names.ResourceKey(item.resource)), std::string(catalog.names.Path(item.path))});
    }
    return some;
  };
  const storage::RepositoryId repository = catalog.names.FindRepository("input");
  std::vector<Subject> subjects;
  const TimedRun ours = [&] {
    subjects = sample(kGitFiles);
    return TimeOurs(view, subjects, head, repository);
  };
  const auto plain = Alternate(input.rounds, ours, [&] { return TimeGit(input, input.repository, subjects); });
  if (!plain.ok()) return plain.status();
  const auto clone = CloneWithBloomFilters(input);
  if (!clone.ok()) return clone.status();
  const auto bloom = Alternate(input.rounds, ours, [&] { return TimeGit(input, *clone, subjects); });
  if (!bloom.ok()) return bloom.status();
  std::vector<double> times;
  for (const Subject& subject : sample(kOwnResources)) {
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
