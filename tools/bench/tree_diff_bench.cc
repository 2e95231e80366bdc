#include <cstdio>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "storage/git/commit.h"
#include "storage/git/object_reader.h"
#include "storage/git/tree_diff.h"
#include "tools/bench/benches.h"
#include "tools/bench/process.h"

namespace setpoint::tools {
namespace {

using storage::CommitLinks;
using storage::ObjectId;

struct WalkedCommit {
  ObjectId tree;
  ObjectId first_parent;
};

absl::StatusOr<CommitLinks> ReadLinks(storage::ObjectReader& reader, const ObjectId& commit) {
  const auto object = reader.Read(commit);
  if (!object.ok()) return object.status();
  if (!object->has_value()) return absl::NotFoundError(commit.Hex());
  return storage::ParseCommitLinks((*object)->bytes);
}

// Every commit reachable from one, newest first along first parents as far as they were not met before.
absl::StatusOr<std::vector<WalkedCommit>> Walk(storage::ObjectReader& reader, const ObjectId& head,
                                               absl::flat_hash_map<ObjectId, ObjectId>& trees) {
  std::vector<WalkedCommit> walked;
  std::vector<ObjectId> stack = {head};
  while (!stack.empty()) {
    const ObjectId commit = stack.back();
    stack.pop_back();
    if (trees.contains(commit)) continue;
    const auto links = ReadLinks(reader, commit);
    if (!links.ok()) return links.status();
    trees[commit] = links->tree;
    walked.push_back({links->tree, links->parents.empty() ? ObjectId{} : links->parents.front()});
    for (auto parent = links->parents.rbegin(); parent != links->parents.rend(); ++parent) stack.push_back(*parent);
  }
  return walked;
}

}  // namespace

absl::Status TreeDiffChild(const std::string& repository) {
  const auto head = RunProcess({.words = {"git", "-C", repository, "rev-parse", "HEAD"}, .keep_output = true});
  if (!head.ok()) return head.status();
  auto reader = storage::ObjectReader::Open(repository);
  if (!reader.ok()) return reader.status();
  absl::flat_hash_map<ObjectId, ObjectId> trees;
  const auto walked = Walk(**reader, *ObjectId::FromHex(head->output.substr(0, 40)), trees);
  if (!walked.ok()) return walked.status();
  storage::TreeDiffer differ(**reader);
  uint64_t changes = 0;
  for (const WalkedCommit& commit : *walked) {
    const ObjectId old_tree = commit.first_parent.IsZero() ? ObjectId{} : trees.at(commit.first_parent);
    const auto deltas = differ.Diff(old_tree, commit.tree);
    if (!deltas.ok()) return deltas.status();
    changes += deltas->size();
  }
  std::printf("%llu\n", static_cast<unsigned long long>(changes));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<BenchRow>> BenchTreeDiff(const BenchInput& input) {
  const TimedRun ours = [&]() -> absl::StatusOr<double> {
    const auto child = RunProcess({.words = {input.program, "tree-diff-child", input.repository}, .keep_output = true});
    if (!child.ok()) return child.status();
    if (std::stoull(child->output) != input.raw_lines) {
      return absl::DataLossError(absl::StrCat("we see ", child->output, " changes, git ", input.raw_lines));
    }
    return child->seconds;
  };
  const TimedRun peer = [&]() -> absl::StatusOr<double> {
    const auto log = RunProcess({.words = input.GitLogRaw()});
    if (!log.ok()) return log.status();
    return log->seconds;
  };
  const auto medians = Alternate(input.rounds, ours, peer);
  if (!medians.ok()) return medians.status();
  return std::vector<BenchRow>{AtMostRow("M2", "tree differences of all commits; git log --raw", *medians, 0.9)};
}

}  // namespace setpoint::tools
