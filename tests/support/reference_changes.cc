#include "tests/support/reference_changes.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>

#include "storage/formats/resource_key.h"

namespace setpoint::test {
namespace {

using storage::Format;
using storage::Operation;

// What a rule of moves compares; nothing: the rule does not speak of this resource.
using MoveRule = std::function<std::optional<std::string>(const ReferenceResource&)>;

std::optional<std::string> NamedThing(const ReferenceResource& resource) {
  if (!storage::IdentityNamesThing(resource.format, resource.identity)) return std::nullopt;
  return std::to_string(static_cast<int>(resource.format)) + '\n' + resource.identity;
}

std::optional<std::string> SameContent(const ReferenceResource& resource) {
  return resource.content_hash.Hex() + '\n' + resource.identity;
}

std::optional<std::string> SameFileKindAndName(const ReferenceResource& resource) {
  if (resource.format != Format::kKubernetes) return std::nullopt;
  if (!storage::IdentityNamesThing(resource.format, resource.identity)) return std::nullopt;
  const storage::IdentityParts parts = storage::ParseIdentity(resource.format, resource.identity);
  if (parts.name.empty()) return std::nullopt;
  return resource.path + '\n' + std::string(parts.kind) + '\n' + std::string(parts.name);
}

using Keys = std::set<std::string>;

// What the `moved` block of the state after that speaks of an address calls it.
std::optional<std::string> BlockTarget(const std::string& key, const ReferenceStateMap& after) {
  const size_t hash = key.find('#');
  const auto block = after.find(key.substr(0, hash) + "#moved." + key.substr(hash + 1));
  if (block == after.end() || block->second.stale || key.find('~', hash) != std::string::npos) return std::nullopt;
  const std::string& content = block->second.content;
  const size_t to = content.find("\"to\":\"");
  if (to == std::string::npos) return std::nullopt;
  return key.substr(0, hash + 1) + content.substr(to + 6, content.find('"', to + 6) - to - 6);
}

// Where the blocks that begin with a removed address's lead: the first address that was added.
std::optional<std::string> DeclaredTarget(const std::string& key, const ReferenceStateMap& after, const Keys& added) {
  Keys passed = {key};
  std::optional<std::string> target = BlockTarget(key, after);
  while (target && !added.contains(*target) && passed.insert(*target).second) target = BlockTarget(*target, after);
  return target;
}

void PairDeclared(const ReferenceStateMap& after, Keys& removed, Keys& added,
                  std::map<std::string, std::string>& moved_from) {
  std::map<std::string, std::vector<std::string>> by_target;
  for (const std::string& key : removed) {
    if (const auto target = DeclaredTarget(key, after, added)) by_target[*target].push_back(key);
  }
  for (const auto& [target, keys] : by_target) {
    if (keys.size() != 1 || added.erase(target) == 0) continue;
    moved_from[target] = keys.front();
    removed.erase(keys.front());
  }
}

// Pairs exactly one removed with exactly one added resource; both leave their sets.
void Pair(const MoveRule& rule, const ReferenceStateMap& before, const ReferenceStateMap& after, Keys& removed,
          Keys& added, std::map<std::string, std::string>& moved_from) {
  std::map<std::string, std::pair<std::vector<std::string>, std::vector<std::string>>> groups;
  for (const std::string& key : removed) {
    if (const auto text = rule(before.at(key))) groups[*text].first.push_back(key);
  }
  for (const std::string& key : added) {
    if (const auto text = rule(after.at(key))) groups[*text].second.push_back(key);
  }
  for (const auto& [text, group] : groups) {
    if (group.first.size() != 1 || group.second.size() != 1) continue;
    moved_from[group.second.front()] = group.first.front();
    removed.erase(group.first.front());
    added.erase(group.second.front());
  }
}

}  // namespace

std::vector<ReferenceChange> ReferenceChanges(const ReferenceStateMap& before, const ReferenceStateMap& after) {
  Keys removed;
  Keys added;
  for (const auto& [key, resource] : before) {
    if (!after.contains(key)) removed.insert(key);
  }
  for (const auto& [key, resource] : after) {
    if (!before.contains(key) && !resource.stale) added.insert(key);  // A held one is decode_failed, not moved.
  }
  std::map<std::string, std::string> moved_from;
  PairDeclared(after, removed, added, moved_from);
  for (const MoveRule& rule : {MoveRule(NamedThing), MoveRule(SameContent), MoveRule(SameFileKindAndName)}) {
    Pair(rule, before, after, removed, added, moved_from);
  }
  std::vector<ReferenceChange> changes;
  for (const auto& [key, now] : after) {
    const auto old = before.find(key);
    if (old != before.end() && old->second.SameVersion(now)) continue;
    ReferenceChange change{
        key, "", Operation::kCreated, static_cast<uint8_t>(now.format), now.content_hash, now.stale, now.path, {}};
    if (now.stale) {
      change.operation = Operation::kDecodeFailed;
    } else if (old != before.end()) {
      change.operation = Operation::kUpdated;
    } else if (const auto move = moved_from.find(key); move != moved_from.end()) {
      change.operation = Operation::kMoved;
      change.moved_from = move->second;
    }
    changes.push_back(std::move(change));
  }
  for (const std::string& key : removed) {
    const ReferenceResource& old = before.at(key);
    changes.push_back({key, "", Operation::kDeleted, static_cast<uint8_t>(old.format), {}, false, old.path, {}});
  }
  return changes;
}

}  // namespace setpoint::test
