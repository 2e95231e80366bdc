// A random repository with every oddity that Git tolerates, and a random sequence of looks at it. Everything follows
// from the seed. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "storage/projections/repository_settings.h"
#include "tests/support/git_history.h"
#include "tests/support/reference_planner.h"

namespace setpoint::test {

class RandomHistory {
 public:
  using Refs = std::map<std::string, storage::ObjectId>;  // Full name → a commit or a tag object.

  RandomHistory(const std::string& directory, uint64_t seed);

  const std::string& directory() const { return history_.directory(); }
  const storage::RepositorySettings& settings() const { return settings_; }
  size_t observation_count() const { return observations_.size(); }

  // Makes the repository show the refs of one observation.
  void Show(size_t observation);
  // The same as the reference planner takes it.
  ReferenceObservation Expected(size_t observation, HistorySource& source) const;

 private:
  using Tree = std::map<std::string, HistoryFile>;

  size_t Below(size_t bound) { return std::uniform_int_distribution<size_t>(0, bound - 1)(random_); }
  bool Chance(size_t one_in) { return Below(one_in) == 0; }

  void MakeCommit();
  std::vector<size_t> PickParents();
  Tree MergedTree(const std::vector<size_t>& parents);
  void Edit(Tree& tree);
  void Set(Tree& tree, const std::string& path, const HistoryFile& file);
  std::string RandomPath();
  HistoryFile RandomFile(const std::string& path);
  std::string RandomTerraform(bool is_json);
  std::string RandomYaml();
  std::string RandomConfigMaps();
  void MakeObservation(size_t commits_visible);
  storage::ObjectId RandomTarget(const std::string& ref, size_t commits_visible);

  std::mt19937_64 random_;
  GitHistory history_;
  storage::RepositorySettings settings_;
  std::vector<storage::ObjectId> commits_;
  std::vector<Tree> trees_;  // trees_[n] is that of commits_[n].
  std::vector<Refs> observations_;
  Refs shown_;
};

}  // namespace setpoint::test
