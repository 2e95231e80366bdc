#include "storage/formats/move_matcher.h"

#include <functional>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "storage/base/concat.h"
#include "storage/formats/resource_key.h"

namespace setpoint::storage {
namespace {

// What a rule compares by; nothing where the rule does not speak of the resource.
using Trait = std::function<std::optional<std::string>(const MoveCandidate&)>;

std::optional<std::string> NamedThing(const MoveCandidate& candidate) {
  if (!IdentityNamesThing(candidate.format, candidate.identity)) return std::nullopt;
  return Concat(static_cast<int>(candidate.format), " ", candidate.identity);
}

std::optional<std::string> SameContent(const MoveCandidate& candidate) {
  return Concat(static_cast<int>(candidate.format), " ", candidate.hash.Bytes(), candidate.identity);
}

std::optional<std::string> SameKindAndNameInFile(const MoveCandidate& candidate) {
  if (candidate.format != Format::kKubernetes || !IdentityNamesThing(candidate.format, candidate.identity)) {
    return std::nullopt;
  }
  const IdentityParts parts = ParseIdentity(candidate.format, candidate.identity);
  return Concat(candidate.path, std::string_view("\0", 1), parts.kind, " ", parts.name);
}

struct Matches {
  std::vector<bool> removed_taken;
  std::vector<bool> added_taken;
  std::vector<std::pair<size_t, size_t>> pairs;
};

void ApplyRule(const std::vector<MoveCandidate>& removed, const std::vector<MoveCandidate>& added, const Trait& trait,
               Matches& matches) {
  struct Group {
    size_t removed_count = 0;
    size_t added_count = 0;
    size_t removed = 0;
    size_t added = 0;
  };
  absl::flat_hash_map<std::string, Group> groups;
  for (size_t i = 0; i < removed.size(); ++i) {
    const std::optional<std::string> key = matches.removed_taken[i] ? std::nullopt : trait(removed[i]);
    if (!key) continue;
    Group& group = groups[*key];
    ++group.removed_count;
    group.removed = i;
  }
  for (size_t i = 0; i < added.size(); ++i) {
    const std::optional<std::string> key = matches.added_taken[i] ? std::nullopt : trait(added[i]);
    if (!key) continue;
    Group& group = groups[*key];
    ++group.added_count;
    group.added = i;
  }
  for (const auto& [key, group] : groups) {
    if (group.removed_count != 1 || group.added_count != 1) continue;
    matches.removed_taken[group.removed] = true;
    matches.added_taken[group.added] = true;
    matches.pairs.emplace_back(group.removed, group.added);
  }
}

}  // namespace

std::vector<std::pair<size_t, size_t>> MatchMoves(const std::vector<MoveCandidate>& removed,
                                                  const std::vector<MoveCandidate>& added) {
  if (removed.empty() || added.empty()) return {};
  Matches matches{std::vector<bool>(removed.size()), std::vector<bool>(added.size()), {}};
  ApplyRule(removed, added, NamedThing, matches);
  ApplyRule(removed, added, SameContent, matches);
  ApplyRule(removed, added, SameKindAndNameInFile, matches);
  return std::move(matches.pairs);
}

}  // namespace setpoint::storage
