// One history of scenarios.md as a real repository, in the document's own words:
//
//   scenario.Commit("A", {}, "a=1 b=1");
//   scenario.Commit("B", {"A"}, "a=2");
//   scenario.Commit("C", {"B"}, "-b");
//   scenario.Observe({{"main", "C"}});
//
// An edit `name=value` writes the file that stands for a resource of that name, by what the name looks like:
//   x.sh=bytes        the file itself
//   k/kustomization=1 k/kustomization.yaml, a kustomization
//   old/w=1           old/w.yaml, a ConfigMap named w: an identity that names the thing
//   a=1               a.yaml, plain data
// The value `!` writes text that does not parse, `#1` the value 1 under a comment; `-name` takes the file away.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/git_history.h"
#include "tests/support/history_source.h"
#include "tests/support/reference_planner.h"

namespace setpoint::test {

class Scenario {
 public:
  // Ref (a branch, or a full name) → commit.
  using Refs = std::map<std::string, std::string>;

  explicit Scenario(const std::string& directory);

  // A commit on the tree of its first parent, by edits separated by spaces.
  void Commit(const std::string& name, const std::vector<std::string>& parents, const std::string& edits);
  // The same with the files' texts in full.
  void CommitFiles(const std::string& name, const std::vector<std::string>& parents,
                   const std::map<std::string, HistoryFile>& files, const std::vector<std::string>& removed = {});

  // One more look at the repository: exactly these refs are there.
  void Observe(const Refs& refs);

  size_t observation_count() const { return observations_.size(); }
  // Makes the repository show the refs of one observation.
  void Show(size_t observation);

  // The entries that the reference model expects of all observations.
  const std::vector<ReferenceEntry>& Expected();

  storage::ObjectId IdOf(const std::string& commit) const { return ids_.at(commit); }
  // The name that the scenario gave to a commit.
  std::string NameOf(const storage::ObjectId& commit) const;
  std::vector<std::string> commit_names() const;
  ReferenceState& state() { return *state_; }
  const std::string& directory() const { return history_.directory(); }

 private:
  GitHistory history_;
  std::unique_ptr<HistorySource> source_;
  std::unique_ptr<ReferenceState> state_;
  std::unique_ptr<ReferencePlanner> planner_;
  std::map<std::string, storage::ObjectId> ids_;
  std::vector<Refs> observations_;
  Refs shown_;  // What the repository shows now.
};

// A scenario of the document: its number and title, how it is built, and the entries that it must give.
struct GoldenScenario {
  std::string name;
  std::function<void(Scenario&)> build;
  std::string entries;
};
const std::vector<GoldenScenario>& GoldenScenarios();

}  // namespace setpoint::test
