// Resources that measurements ask about, and the file that Git is asked about in their place.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/projections/database.h"
#include "tools/bench/bench_input.h"

namespace setpoint::tools {

struct BenchSubject {
  std::string key;
  std::string path;
};

// Every resource alive at a position.
absl::StatusOr<std::vector<BenchSubject>> SubjectsAt(const storage::Database& database, storage::Position position);

// Seconds that a git command takes for the file of a subject, the mean of several; each command is `words`, then "--"
// and the path, in `repository`.
absl::StatusOr<double> TimeGitOfFiles(const BenchInput& input, const std::string& repository,
                                      const std::vector<std::string>& words, const std::vector<BenchSubject>& subjects);

}  // namespace setpoint::tools
