#include "tests/properties/blame_history.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace setpoint::test {
namespace {

constexpr const char* kPaths[] = {"apps/web.yaml", "clusters/web.yaml"};
constexpr const char* kFields[] = {"replicas", "paused", "revisionHistoryLimit", "minReadySeconds"};

}  // namespace

BlameHistory::BlameHistory(const std::string& directory, uint64_t seed) : random_(seed), history_(directory) {
  const size_t commit_count = 4 + Below(30);
  for (size_t n = 0; n < commit_count; ++n) MakeCommit();
  const size_t observation_count = 1 + Below(4);
  for (size_t n = 1; n <= observation_count; ++n) {
    const size_t newest = commit_count * n / observation_count - 1;
    observations_.push_back({{"refs/heads/main", commits_[newest]}});
    if (Below(2) == 0) observations_.back()["refs/heads/side"] = commits_[Below(newest + 1)];
  }
}

void BlameHistory::Show(size_t observation) {
  if (observation > 0) {
    for (const auto& [ref, commit] : observations_[observation - 1]) history_.DeleteRef(ref);
  }
  for (const auto& [ref, commit] : observations_[observation]) history_.SetRef(ref, commit);
}

ReferenceObservation BlameHistory::Expected(size_t observation) const {
  return {.default_branch = "refs/heads/main", .owned = observations_[observation], .pointing = {}};
}

void BlameHistory::MakeCommit() {
  const size_t count = commits_.size();
  std::vector<size_t> parents;
  if (count > 0) {
    parents.push_back(Below(3) == 0 ? Below(count) : count - 1 - Below(std::min<size_t>(count, 3)));
    const size_t other = Below(count);
    if (Below(3) == 0 && other != parents[0]) parents.push_back(other);
  }
  Object object = Merged(parents);
  const size_t edits = parents.size() > 1 ? Below(2) : 1 + Below(2);
  for (size_t n = 0; n < edits; ++n) Edit(object);
  HistoryCommit commit;
  for (const size_t parent : parents) commit.parents.push_back(commits_[parent]);
  commit.whole_tree = true;
  commit.files.insert_or_assign("README", absl::StrCat("commit ", Below(3), "\n"));
  if (!object.path.empty()) commit.files.insert_or_assign(object.path, TextOf(object));
  commit.message = absl::StrCat("commit ", count, "\n");
  commits_.push_back(history_.Commit(commit));
  objects_.push_back(std::move(object));
}

// Each part from one of the parents.
BlameHistory::Object BlameHistory::Merged(const std::vector<size_t>& parents) {
  if (parents.empty()) return {};
  Object merged = objects_[parents[0]];
  for (size_t n = 1; n < parents.size(); ++n) {
    const Object& other = objects_[parents[n]];
    if (other.path.empty()) continue;
    if (merged.path.empty() || Below(3) == 0) merged.path = other.path;
    for (const char* field : kFields) {
      if (Below(2) != 0 || !other.fields.contains(field)) continue;
      merged.fields[field] = other.fields.at(field);
    }
    if (Below(2) == 0) merged.containers = other.containers;
    if (Below(2) == 0) merged.arguments = other.arguments;
  }
  return merged;
}

void BlameHistory::Edit(Object& object) {
  if (object.path.empty()) object.path = kPaths[Below(std::size(kPaths))];
  const std::string field = kFields[Below(std::size(kFields))];
  switch (Below(16)) {
    case 0:
      object.path.clear();
      return;
    case 1:
      object.path = kPaths[Below(std::size(kPaths))];
      return;
    case 2:
      object.is_broken = !object.is_broken;
      return;
    case 3:
    case 4:
      object.style = Below(3);
      return;
    case 5:
      object.fields.erase(field);
      return;
    case 6:
    case 7:
    case 8:
      return EditContainers(object);
    case 9:
    case 10:
      return EditArguments(object);
    default:
      object.is_broken = false;
      object.fields[field] = Below(3);
  }
}

void BlameHistory::EditContainers(Object& object) {
  auto& containers = object.containers;
  const std::string image = absl::StrCat("image", Below(3));
  if (containers.empty() || Below(3) == 0) {
    containers.insert(containers.begin() + static_cast<std::ptrdiff_t>(Below(containers.size() + 1)),
                      {absl::StrCat("c", Below(4)), image});  // A name twice, now and then: then it names nothing.
  } else if (Below(3) == 0) {
    std::swap(containers.front(), containers.back());
  } else if (Below(3) == 0) {
    containers.erase(containers.begin() + static_cast<std::ptrdiff_t>(Below(containers.size())));
  } else {
    containers[Below(containers.size())].image = image;
  }
}

void BlameHistory::EditArguments(Object& object) {
  auto& arguments = object.arguments;
  if (arguments.empty() || Below(3) != 0) {
    arguments.insert(arguments.begin() + static_cast<std::ptrdiff_t>(Below(arguments.size() + 1)), Below(4));
  } else {
    arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(Below(arguments.size())));
  }
}

std::string BlameHistory::TextOf(const Object& object) {
  std::string text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec:\n";
  if (object.style == 1) text = absl::StrCat("# written by hand\n", text);
  absl::StrAppend(&text, "  template: {}\n");
  for (const auto& [field, value] : object.fields) absl::StrAppend(&text, "  ", field, ": ", value, "\n");
  absl::StrAppend(&text, "  containers:", object.containers.empty() ? " []" : "", "\n");
  for (const Container& each : object.containers) {
    if (object.style == 2) {
      absl::StrAppend(&text, "  - {image: ", each.image, ", ports: [{containerPort: 80}], name: ", each.name, "}\n");
    } else {
      absl::StrAppend(&text, "  - name: ", each.name, "\n    image: ", each.image,
                      "\n    ports:\n    - containerPort: 80\n");
    }
  }
  absl::StrAppend(&text, "  args: [");
  for (const size_t argument : object.arguments) absl::StrAppend(&text, "a", argument, ", ");
  absl::StrAppend(&text, "]\n");
  if (object.is_broken) absl::StrAppend(&text, "broken: [\n");
  return text;
}

}  // namespace setpoint::test
