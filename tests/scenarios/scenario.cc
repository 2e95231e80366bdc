#include "tests/scenarios/scenario.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace setpoint::test {
namespace {

struct NamedFile {
  std::string path;
  std::string text;
};

NamedFile FileFor(const std::string& name, const std::string& value) {
  if (absl::StrContains(name, '.')) return {name, value};
  if (absl::EndsWith(name, "/kustomization")) return {name + ".yaml", absl::StrCat("namePrefix: v", value, "-\n")};
  const size_t slash = name.rfind('/');
  if (value == "!") return {name + ".yaml", "v: [\n"};
  if (slash == std::string::npos) {
    if (value[0] == '#') return {name + ".yaml", absl::StrCat("# a remark\nv: ", value.substr(1), "\n")};
    return {name + ".yaml", absl::StrCat("v: ", value, "\n")};
  }
  return {name + ".yaml", absl::StrCat("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ", name.substr(slash + 1),
                                       "\ndata:\n  v: \"", value, "\"\n")};
}

std::string FullName(const std::string& ref) {
  return absl::StartsWith(ref, "refs/") ? ref : absl::StrCat("refs/heads/", ref);
}

}  // namespace

Scenario::Scenario(const std::string& directory) : history_(directory) {
  source_ = std::make_unique<HistorySource>(directory);
  state_ = std::make_unique<ReferenceState>(*source_);
  planner_ = std::make_unique<ReferencePlanner>(*state_);
}

void Scenario::Commit(const std::string& name, const std::vector<std::string>& parents, const std::string& edits) {
  std::map<std::string, HistoryFile> files;
  std::vector<std::string> removed;
  const std::vector<std::string> words = absl::StrSplit(edits, ' ', absl::SkipEmpty());
  for (const std::string& edit : words) {
    if (edit[0] == '-') {
      removed.push_back(FileFor(edit.substr(1), "0").path);
      continue;
    }
    const size_t equals = edit.find('=');
    const NamedFile file = FileFor(edit.substr(0, equals), edit.substr(equals + 1));
    files.insert_or_assign(file.path, HistoryFile(file.text));
  }
  CommitFiles(name, parents, files, removed);
}

void Scenario::CommitFiles(const std::string& name, const std::vector<std::string>& parents,
                           const std::map<std::string, HistoryFile>& files, const std::vector<std::string>& removed) {
  HistoryCommit commit;
  for (const std::string& parent : parents) commit.parents.push_back(ids_.at(parent));
  commit.files = files;
  commit.removed = removed;
  commit.message = name + "\n";
  ids_[name] = history_.Commit(commit);
}

void Scenario::Observe(const Refs& refs) {
  observations_.push_back(refs);
  ReferenceObservation observation;
  observation.default_branch = "refs/heads/main";
  for (const auto& [ref, commit] : refs) observation.owned[FullName(ref)] = ids_.at(commit);
  planner_->Observe(observation);
}

void Scenario::Show(size_t observation) {
  const Refs& refs = observations_[observation];
  for (const auto& [ref, commit] : shown_) {
    if (!refs.contains(ref)) history_.DeleteRef(FullName(ref));
  }
  for (const auto& [ref, commit] : refs) history_.SetRef(FullName(ref), ids_.at(commit));
  shown_ = refs;
}

const std::vector<ReferenceEntry>& Scenario::Expected() { return planner_->entries(); }

std::string Scenario::NameOf(const storage::ObjectId& commit) const {
  for (const auto& [name, id] : ids_) {
    if (id == commit) return name;
  }
  return commit.IsZero() ? "-" : commit.Hex();
}

std::vector<std::string> Scenario::commit_names() const {
  std::vector<std::string> names;
  for (const auto& [name, id] : ids_) names.push_back(name);
  return names;
}

}  // namespace setpoint::test
