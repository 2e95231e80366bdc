#include "tests/properties/random_history.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace setpoint::test {
namespace {

using storage::FileMode;
using storage::ObjectId;

// Few names, so that moves, copies, collisions of files with folders and returns are common.
constexpr const char* kPaths[] = {"a.yaml",
                                  "b.yaml",
                                  "dir/c.yaml",
                                  "dir/d.json",
                                  "dir/sub/kustomization.yaml",
                                  "e.toml",
                                  "run.sh",
                                  "apps/x.yaml",
                                  "apps/y.yaml",
                                  "base/x.yaml",
                                  "bad\xff.yaml",
                                  "weird#%.yaml",
                                  "ctl\x01\x7f.yaml",
                                  "README",
                                  "dir",
                                  "apps",
                                  "l\xc3\xa4nge/x.yaml",
                                  "a.yaml/in.yaml",
                                  "base/x.yml",
                                  "z space.yaml",
                                  "tf/main.tf",
                                  "tf/net.tf",
                                  "tf/override.tf",
                                  "tf/z.tf.json",
                                  "tf/env.tfvars",
                                  "root.tf",
                                  "tf/main.tf/in.tf"};

constexpr const char* kRefs[] = {"refs/heads/a-branch", "refs/heads/feature/one", "refs/heads/z", "refs/tags/v1",
                                 "refs/tags/v2"};

std::string ConfigMap(const std::string& name, const std::string& space, size_t value) {
  return absl::StrCat("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ", name, space, "\ndata:\n  v: \"", value,
                      "\"\n");
}

}  // namespace

RandomHistory::RandomHistory(const std::string& directory, uint64_t seed) : random_(seed), history_(directory) {
  settings_.name = "repo";
  settings_.source = directory;
  if (Chance(2)) {
    settings_.owned_patterns = {"refs/heads/*", "refs/tags/*"};
  } else {
    settings_.owned_patterns = {"refs/heads/f*"};
    settings_.pointing_patterns = {"refs/heads/*", "refs/tags/*"};
  }
  settings_.delete_on_vanish = Chance(4);
  const size_t commit_count = 3 + Below(30);
  const size_t observation_count = 1 + Below(7);
  for (size_t n = 0; n < commit_count; ++n) MakeCommit();
  for (size_t n = 1; n <= observation_count; ++n) MakeObservation(1 + (commit_count - 1) * n / observation_count);
}

void RandomHistory::MakeCommit() {
  const std::vector<size_t> parents = PickParents();
  Tree tree = MergedTree(parents);
  if (!Chance(6)) {
    const size_t edits = (parents.size() > 1 ? 0 : 1) + Below(parents.size() > 1 ? 2 : 4);
    for (size_t n = 0; n < edits; ++n) Edit(tree);
  }
  HistoryCommit commit;
  for (const size_t parent : parents) commit.parents.push_back(commits_[parent]);
  commit.files = tree;
  commit.whole_tree = true;
  commit.message = absl::StrCat("commit ", commits_.size(), "\n");
  if (Chance(8)) commit.author = "<nobody@example.com>";
  if (Chance(10)) commit.headers = "encoding ISO-8859-1\n";
  if (Chance(4)) commit.time = 1'600'000'000 + static_cast<int64_t>(Below(100'000'000));  // Back or forth.
  commits_.push_back(history_.Commit(commit));
  trees_.push_back(std::move(tree));
}

std::vector<size_t> RandomHistory::PickParents() {
  const size_t count = commits_.size();
  if (count == 0 || Chance(15)) return {};
  // Recent ones mostly, so that there are long lines as well as criss-crosses.
  const auto pick = [&] { return Chance(3) ? Below(count) : count - 1 - Below(std::min<size_t>(count, 4)); };
  std::vector<size_t> parents = {pick()};
  const size_t wanted = Chance(3) ? (Chance(5) ? 2 + Below(3) : 2) : 1;
  for (size_t tries = 0; parents.size() < wanted && tries < 8; ++tries) {
    const size_t next = pick();
    if (std::find(parents.begin(), parents.end(), next) == parents.end()) parents.push_back(next);
  }
  return parents;
}

RandomHistory::Tree RandomHistory::MergedTree(const std::vector<size_t>& parents) {
  if (parents.empty()) return {};
  // Mostly one parent's tree with some of the others', as merges are; now and then exactly another one's.
  Tree tree = trees_[parents[Chance(3) ? Below(parents.size()) : 0]];
  if (parents.size() == 1 || Chance(5)) return tree;
  for (const size_t parent : parents) {
    for (const auto& [path, file] : trees_[parent]) {
      if (Chance(2)) Set(tree, path, file);
    }
  }
  return tree;
}

// A file takes the place of whatever stands in its way.
void RandomHistory::Set(Tree& tree, const std::string& path, const HistoryFile& file) {
  std::erase_if(tree, [&](const auto& item) {
    return absl::StartsWith(item.first, path + "/") || absl::StartsWith(path, item.first + "/");
  });
  tree.insert_or_assign(path, file);
}

void RandomHistory::Edit(Tree& tree) {
  const std::string path = RandomPath();
  if (tree.empty() || Chance(2)) return Set(tree, path, RandomFile(path));
  auto victim = tree.begin();
  std::advance(victim, static_cast<std::ptrdiff_t>(Below(tree.size())));
  const std::string old_path = victim->first;
  const HistoryFile file = victim->second;
  switch (Below(6)) {
    case 0:  // Taken away.
      tree.erase(victim);
      return;
    case 1:  // Moved as it is.
      tree.erase(victim);
      return Set(tree, path, file);
    case 2:  // Copied.
      return Set(tree, path, file);
    case 3:  // Its mode alone.
      if (file.mode == FileMode::kRegular) return Set(tree, old_path, HistoryFile::Executable(file.bytes));
      return Set(tree, old_path, RandomFile(old_path));
    case 4: {  // Moved and edited.
      const HistoryFile edited = RandomFile(old_path);
      tree.erase(victim);
      return Set(tree, path, edited);
    }
    default:  // Edited.
      return Set(tree, old_path, RandomFile(old_path));
  }
}

std::string RandomHistory::RandomPath() { return kPaths[Below(std::size(kPaths))]; }

HistoryFile RandomHistory::RandomFile(const std::string& path) {
  if (Chance(25)) return HistoryFile::Symlink(absl::StrCat("target", Below(3)));
  if (Chance(25)) return HistoryFile::Submodule(*ObjectId::FromHex(std::string(40, Chance(2) ? '1' : '2')));
  std::string text;
  if (absl::EndsWith(path, "kustomization.yaml")) {
    text = Chance(5) ? "resources: [" : absl::StrCat("resources: [x.yaml]\nnamePrefix: v", Below(3), "-\n");
  } else if (absl::StrContains(path, ".tf")) {
    text = RandomTerraform(absl::EndsWith(path, ".json"));
  } else if (absl::EndsWith(path, ".json")) {
    text = Chance(4) ? "{\"v\": " : absl::StrCat("{\"v\": ", Below(3), "}\n");
  } else if (absl::EndsWith(path, ".toml")) {
    text = Chance(4) ? "v = = 1" : absl::StrCat("v = ", Below(3), "\n");
  } else if (absl::StrContains(path, ".y")) {
    text = RandomYaml();
  } else {
    text = absl::StrCat("#!/bin/sh\necho ", Below(3), "\n");
  }
  return Chance(15) ? HistoryFile::Executable(text) : HistoryFile(text);
}

// Few addresses in few files of one directory: they are declared twice, wander and are renamed.
std::string RandomHistory::RandomTerraform(bool is_json) {
  if (Chance(6)) return is_json ? "{\"output\": " : "output \"p\" {\n";
  if (Chance(12)) return is_json ? "{}" : "# nothing\n";
  static constexpr const char* kNames[] = {"p", "q", "r"};
  std::string text;
  for (const char* name : kNames) {
    if (Chance(2)) continue;
    const size_t copies = Chance(8) ? 2 : 1;
    for (size_t n = 0; n < copies; ++n) {
      if (is_json) {
        absl::StrAppend(&text, text.empty() ? "" : ", ", "{\"t\": {\"", name, "\": {\"v\": ", Below(3), "}}}");
      } else {
        absl::StrAppend(&text, "resource \"t\" \"", name, "\" {\n  v = ", Below(3), "\n}\n");
      }
    }
  }
  if (is_json) return absl::StrCat("{\"resource\": [", text, "]}");
  if (Chance(3)) {
    absl::StrAppend(&text, "moved {\n  from = t.", kNames[Below(3)], "\n  to = t.", kNames[Below(3)], "\n}\n");
  }
  return text;
}

std::string RandomHistory::RandomYaml() {
  switch (Below(16)) {
    case 0:
    case 1:
      return "v: [\n";
    case 2:
      return "# only a comment\n";
    case 3:
      return "";
    case 4:
      return std::string("\x00\x01\xff", 3);
    case 5:
      return absl::StrCat("apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: p",
                          Below(2), "}, spec: {v: ", Below(2), "}}\n");
    case 6:
      return absl::StrCat("apiVersion: v1\nkind: Pod\nmetadata: {generateName: g-}\nspec: {v: ", Below(2), "}\n");
    case 7:
      return absl::StrCat("v: ", Below(3), "\n---\nw: ", Below(3), "\n");
    case 8:
    case 9:
      return absl::StrCat("v: ", Below(3), "\n");
    case 10:
      return absl::StrCat(RandomConfigMaps(), "v: [\n");  // The last document is broken.
    case 11:
      return absl::StrCat("v: {\n---\n", RandomConfigMaps());  // The first one is.
    case 12:
      return absl::StrCat("v: {{ ", Below(2), "\n");  // A template, or a typo.
    case 13:
      return absl::StrCat(RandomConfigMaps(), "v: {{ ", Below(2), "\n");
    default:
      return RandomConfigMaps();
  }
}

std::string RandomHistory::RandomConfigMaps() {
  std::string text;
  for (const char* name : {"p", "q", "r"}) {
    if (Chance(2)) continue;
    const size_t copies = Chance(12) ? 2 : 1;  // Two of one identity, now and then.
    const std::string space = Chance(4) ? "\n  namespace: shop" : "";
    for (size_t n = 0; n < copies; ++n) absl::StrAppend(&text, ConfigMap(name, space, Below(3)), "---\n");
  }
  return text;
}

ObjectId RandomHistory::RandomTarget(const std::string& ref, size_t commits_visible) {
  const bool recent = !Chance(3);
  const size_t index =
      recent ? commits_visible - 1 - Below(std::min<size_t>(commits_visible, 3)) : Below(commits_visible);
  const ObjectId commit = commits_[index];
  if (!absl::StartsWith(ref, "refs/tags/") || Chance(2)) return commit;
  const std::string tag =
      absl::StrCat("object ", commit.Hex(), "\ntype commit\ntag v\ntagger T <t@example.com> 1700000000 +0000\n\nt\n");
  const ObjectId outer = history_.WriteObject("tag", tag);
  if (Chance(2)) return outer;
  return history_.WriteObject(
      "tag",
      absl::StrCat("object ", outer.Hex(), "\ntype tag\ntag vv\ntagger T <t@example.com> 1700000000 +0000\n\nt\n"));
}

void RandomHistory::MakeObservation(size_t commits_visible) {
  Refs refs = observations_.empty() ? Refs{} : observations_.back();
  if (refs.empty() || !Chance(4)) refs["refs/heads/main"] = RandomTarget("refs/heads/main", commits_visible);
  for (const char* ref : kRefs) {
    if (!refs.contains(ref)) {
      if (Chance(3)) refs[ref] = RandomTarget(ref, commits_visible);
    } else if (Chance(5)) {
      refs.erase(ref);
    } else if (Chance(2)) {
      refs[ref] = RandomTarget(ref, commits_visible);
    }
  }
  observations_.push_back(std::move(refs));
}

void RandomHistory::Show(size_t observation) {
  const Refs& refs = observations_[observation];
  for (const auto& [ref, target] : shown_) {
    if (!refs.contains(ref)) history_.DeleteRef(ref);
  }
  for (const auto& [ref, target] : refs) history_.SetRef(ref, target);
  shown_ = refs;
}

ReferenceObservation RandomHistory::Expected(size_t observation, HistorySource& source) const {
  const auto matches = [](const std::vector<std::string>& patterns, const std::string& ref) {
    return std::any_of(patterns.begin(), patterns.end(),
                       [&](const std::string& pattern) { return storage::RefPatternMatches(pattern, ref); });
  };
  ReferenceObservation expected;
  expected.default_branch = "refs/heads/main";
  for (const auto& [ref, target] : observations_[observation]) {
    const ObjectId commit = *source.PeelToCommit(target);
    if (ref == expected.default_branch || matches(settings_.owned_patterns, ref)) {
      expected.owned[ref] = commit;
    } else if (matches(settings_.pointing_patterns, ref)) {
      expected.pointing[ref] = commit;
    }
  }
  return expected;
}

}  // namespace setpoint::test
