#include <random>

#include "query/diff.h"
#include "query/entry_facts.h"
#include "tools/bench/benches.h"
#include "tools/bench/process.h"

namespace setpoint::tools {
namespace {

constexpr int64_t kYearSeconds = int64_t{365} * 24 * 60 * 60;

struct Pair {
  BenchPosition from;
  BenchPosition to;
};

// Commits of the default branch a year apart, at random; in order of time the branch runs nearly straight.
absl::StatusOr<Pair> RandomPair(const query::View& view, storage::RepositoryId repository,
                                const std::vector<BenchPosition>& main, std::mt19937_64& random) {
  const auto time_of = [&](const BenchPosition& at) -> absl::StatusOr<int64_t> {
    const auto commit = query::ReadCommit(view, repository, at.commit);
    if (!commit.ok()) return commit.status();
    return commit->has_value() ? (*commit)->committer.seconds : 0;
  };
  while (true) {
    const size_t first = random() % main.size();
    const auto begin = time_of(main[first]);
    if (!begin.ok()) return begin.status();
    for (size_t n = first; n < main.size(); n += 16) {
      const auto end = time_of(main[n]);
      if (!end.ok()) return end.status();
      if (*end - *begin >= kYearSeconds) return Pair{main[first], main[n]};
    }
    if (first == 0) return Pair{main.front(), main.back()};  // Younger than a year.
  }
}

}  // namespace

absl::StatusOr<std::vector<BenchRow>> BenchDiff(const BenchInput& input) {
  const auto database = OpenBenchStore(input);
  if (!database.ok()) return database.status();
  const auto positions = ListBenchPositions(**database);
  if (!positions.ok()) return positions.status();
  std::vector<BenchPosition> main;
  for (const BenchPosition& each : *positions) {
    if (each.on_main) main.push_back(each);
  }
  const query::View view(**database);
  const storage::RepositoryId repository = view.catalog.names.FindRepository("input");
  std::mt19937_64 random(input.seed);
  absl::StatusOr<Pair> pair = Pair();
  const TimedRun ours = [&]() -> absl::StatusOr<double> {
    pair = RandomPair(view, repository, main, random);
    if (!pair.ok()) return pair.status();
    const double start = NowSeconds();
    const auto diff = query::ReadDiff(view, {{pair->from.position, ""}, {pair->to.position, ""}, {}});
    if (!diff.ok()) return diff.status();
    return NowSeconds() - start;
  };
  const TimedRun git = [&]() -> absl::StatusOr<double> {
    const auto diff =
        RunProcess({.words = input.Git({"diff", "--stat", pair->from.commit.Hex(), pair->to.commit.Hex()})});
    if (!diff.ok()) return diff.status();
    return diff->seconds;
  };
  const auto medians = Alternate(input.rounds, ours, git);
  if (!medians.ok()) return medians.status();
  return std::vector<BenchRow>{AtMostRow("M11", "diff a year apart, by field; git diff --stat", *medians, 0.5)};
}

}  // namespace setpoint::tools
