#include <random>

#include "absl/strings/str_cat.h"
#include "storage/log/content_store.h"
#include "storage/projections/versions.h"
#include "tools/bench/benches.h"
#include "tools/bench/process.h"
#include "tools/bench/sqlite_versions.h"

namespace setpoint::tools {
namespace {

using storage::Database;

constexpr size_t kQuestions = 20'000;
constexpr size_t kGitQuestions = 4'000;

// One resource that is alive at a position.
struct Question {
  storage::ResourceId resource;
  BenchPosition at;
  std::string git_name;  // "<commit>:<path>"
};

absl::StatusOr<std::vector<Question>> AskAtRandom(const Database& database, const std::vector<BenchPosition>& positions,
                                                  std::mt19937_64& random, bool main_only) {
  std::vector<Question> questions;
  const uint32_t resources = database.catalog.names.resource_count();
  while (questions.size() < kQuestions) {
    const BenchPosition& at = positions[random() % positions.size()];
    if (main_only && !at.on_main) continue;
    const storage::ResourceId resource(static_cast<uint32_t>(1 + random() % resources));
    const auto version = storage::FindVersion(*database.store, database.catalog.timelines, resource, at.position);
    if (!version.ok()) return version.status();
    if (!version->has_value() || !(*version)->IsAlive()) continue;
    const std::string path(database.catalog.names.Path((*version)->path));
    if (path.find('\n') != std::string::npos) continue;
    questions.push_back({resource, at, absl::StrCat(at.commit.Hex(), ":", path)});
  }
  return questions;
}

absl::StatusOr<std::string> Answer(const Database& database, const Question& question) {
  const auto version =
      storage::FindVersion(*database.store, database.catalog.timelines, question.resource, question.at.position);
  if (!version.ok()) return version.status();
  const auto content = storage::ReadContent(*database.store, (*version)->content);
  if (!content.ok()) return content.status();
  return **content;
}

// Seconds for one question, on average over the first `count`.
absl::StatusOr<double> TimeOurs(const Database& database, const std::vector<Question>& questions, size_t count) {
  const double start = NowSeconds();
  for (size_t n = 0; n < count; ++n) {
    if (const auto answer = Answer(database, questions[n]); !answer.ok()) return answer.status();
  }
  return (NowSeconds() - start) / static_cast<double>(count);
}

absl::StatusOr<BenchRow> AgainstSqlite(const BenchInput& input, const Database& database,
                                       const std::vector<Question>& questions) {
  auto table = SqliteVersions::Make(input.scratch + "/versions.sqlite", database, questions[0].at.position.timeline);
  if (!table.ok()) return table.status();
  for (size_t n = 0; n < questions.size(); n += 50) {
    const auto ours = Answer(database, questions[n]);
    const auto theirs = (*table)->Find(questions[n].resource, questions[n].at.position.revision);
    if (!ours.ok() || !theirs.ok() || *theirs != *ours) return absl::DataLossError("SQLite gives another content");
  }
  const auto medians = Alternate(
      input.rounds, [&] { return TimeOurs(database, questions, questions.size()); },
      [&]() -> absl::StatusOr<double> {
        const double start = NowSeconds();
        for (const Question& question : questions) {
          const auto found = (*table)->Find(question.resource, question.at.position.revision);
          if (!found.ok()) return found.status();
        }
        return (NowSeconds() - start) / static_cast<double>(questions.size());
      });
  if (!medians.ok()) return medians.status();
  return AtLeastRow("M5", "one resource at a random revision of main; SQLite", *medians, 1);
}

absl::StatusOr<BenchRow> AgainstGit(const BenchInput& input, const Database& database,
                                    const std::vector<Question>& questions) {
  auto git = GitBatch::Start(input.repository);
  if (!git.ok()) return git.status();
  const auto medians = Alternate(
      input.rounds, [&] { return TimeOurs(database, questions, kGitQuestions); },
      [&]() -> absl::StatusOr<double> {
        const double start = NowSeconds();
        for (size_t n = 0; n < kGitQuestions; ++n) {
          const auto bytes = (*git)->Read(questions[n].git_name);
          if (!bytes.ok()) return bytes.status();
        }
        return (NowSeconds() - start) / static_cast<double>(kGitQuestions);
      });
  if (!medians.ok()) return medians.status();
  return AtLeastRow("M5", "the same on all timelines; git cat-file --batch", *medians, 6);
}

absl::StatusOr<std::vector<BenchRow>> Latencies(const Database& database, const std::vector<Question>& questions) {
  std::vector<double> times;
  for (const Question& question : questions) {
    const double start = NowSeconds();
    if (const auto answer = Answer(database, question); !answer.ok()) return answer.status();
    times.push_back(NowSeconds() - start);
  }
  const double p50 = Percentile(times, 0.5);
  const double p99 = Percentile(times, 0.99);
  return std::vector<BenchRow>{{"M5", "p50, side branches included", Seconds(p50), "", {}, "<= 10 us", p50 <= 10e-6},
                               {"M5", "p99, side branches included", Seconds(p99), "", {}, "<= 100 us", p99 <= 100e-6}};
}

}  // namespace

absl::StatusOr<std::vector<BenchRow>> BenchGet(const BenchInput& input) {
  const auto database = OpenBenchStore(input);
  if (!database.ok()) return database.status();
  const auto positions = ListBenchPositions(**database);
  if (!positions.ok()) return positions.status();
  std::mt19937_64 random(input.seed);
  const auto all = AskAtRandom(**database, *positions, random, false);
  if (!all.ok()) return all.status();
  const auto on_main = AskAtRandom(**database, *positions, random, true);
  if (!on_main.ok()) return on_main.status();
  // Touched once: the first pass fills the cache.
  if (const auto touched = TimeOurs(**database, *all, all->size()); !touched.ok()) return touched.status();
  if (const auto touched = TimeOurs(**database, *on_main, on_main->size()); !touched.ok()) return touched.status();
  auto rows = Latencies(**database, *all);
  if (!rows.ok()) return rows.status();
  const auto sqlite = AgainstSqlite(input, **database, *on_main);
  if (!sqlite.ok()) return sqlite.status();
  rows->push_back(*sqlite);
  const auto git = AgainstGit(input, **database, *all);
  if (!git.ok()) return git.status();
  rows->push_back(*git);
  return rows;
}

}  // namespace setpoint::tools
