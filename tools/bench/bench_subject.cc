#include "tools/bench/bench_subject.h"

#include "storage/projections/state.h"
#include "tools/bench/process.h"

namespace setpoint::tools {

absl::StatusOr<std::vector<BenchSubject>> SubjectsAt(const storage::Database& database, storage::Position position) {
  const auto state = storage::ReadState(*database.store, database.catalog.timelines, position);
  if (!state.ok()) return state.status();
  std::vector<BenchSubject> subjects;
  for (const storage::StateItem& item : *state) {
    subjects.push_back({std::string(database.catalog.names.ResourceKey(item.resource)),
                        std::string(database.catalog.names.Path(item.path))});
  }
  return subjects;
}

absl::StatusOr<double> TimeGitOfFiles(const BenchInput& input, const std::string& repository,
                                      const std::vector<std::string>& words,
                                      const std::vector<BenchSubject>& subjects) {
  double seconds = 0;
  BenchInput there = input;
  there.repository = repository;
  for (const BenchSubject& subject : subjects) {
    std::vector<std::string> command = words;
    command.insert(command.end(), {"--", subject.path});
    const auto run = RunProcess({.words = there.Git(command)});
    if (!run.ok()) return run.status();
    seconds += run->seconds;
  }
  return seconds / static_cast<double>(subjects.size());
}

}  // namespace setpoint::tools
