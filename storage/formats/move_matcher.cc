#include "storage/formats/move_matcher.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "storage/base/concat.h"
#include "storage/formats/document.h"
#include "storage/formats/json_reader.h"
#include "storage/formats/kubernetes_type.h"
#include "storage/formats/resource_key.h"

namespace setpoint::storage {
namespace {

// What a rule compares by; nothing where the rule does not speak of the resource.
using Trait = std::function<std::optional<std::string>(const MoveCandidate&)>;

std::string KeyOf(const MoveCandidate& candidate) {
  return ResourceKeyText(candidate.path, candidate.format, candidate.identity);
}

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

void ApplyRule(const std::vector<MoveCandidate>& removed, const std::vector<MoveCandidate>& added,
               const Trait& trait_before, const Trait& trait_after, Matches& matches) {
  struct Group {
    size_t removed_count = 0;
    size_t added_count = 0;
    size_t removed = 0;
    size_t added = 0;
  };
  absl::flat_hash_map<std::string, Group> groups;
  for (size_t i = 0; i < removed.size(); ++i) {
    const std::optional<std::string> key = matches.removed_taken[i] ? std::nullopt : trait_before(removed[i]);
    if (!key) continue;
    Group& group = groups[*key];
    ++group.removed_count;
    group.removed = i;
  }
  for (size_t i = 0; i < added.size(); ++i) {
    const std::optional<std::string> key = matches.added_taken[i] ? std::nullopt : trait_after(added[i]);
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

// "aws_x.y" of "aws_x.y[0]"; empty where the address goes on: into a module.
std::string_view WithoutInstance(std::string_view address) {
  const size_t dot = address.find('.');
  const size_t bracket = address.find('[', dot);
  if (dot == std::string_view::npos || address.find('.', dot + 1) < bracket) return {};
  if (bracket != std::string_view::npos && !address.ends_with(']')) return {};
  return address.substr(0, bracket);
}

bool MayBeDeclared(const MoveCandidate& candidate) {
  return candidate.format == Format::kTerraform && !IsTerraformFileScoped(candidate.path) &&
         SplitOrdinal(candidate.identity).ordinal == 1;
}

// Removed keys and the added ones that `moved` blocks give them.
using DeclaredMoves = absl::flat_hash_map<std::string, std::string>;

// Where the blocks lead that begin with this one's; empty where that is nothing that was added.
absl::StatusOr<std::string> FollowMovedBlocks(const MoveCandidate& removed,
                                              const absl::flat_hash_set<std::string>& added_keys,
                                              const FindMovedBlock& find) {
  absl::flat_hash_set<std::string> passed;
  std::string identity(removed.identity);
  while (passed.insert(identity).second) {
    absl::StatusOr<std::optional<std::string>> content = find(removed.path, Concat("moved.", identity));
    if (!content.ok()) return content.status();
    if (!content->has_value()) return std::string();
    identity = MovedBlockTarget(**content);
    std::string key = ResourceKeyText(removed.path, removed.format, identity);
    if (added_keys.contains(key)) return key;
  }
  return std::string();
}

absl::StatusOr<DeclaredMoves> ReadDeclaredMoves(const std::vector<MoveCandidate>& removed,
                                                const std::vector<MoveCandidate>& added, const FindMovedBlock& find) {
  DeclaredMoves declared;
  if (!find || std::none_of(removed.begin(), removed.end(), MayBeDeclared)) return declared;
  absl::flat_hash_set<std::string> added_keys;
  for (const MoveCandidate& candidate : added) {
    if (MayBeDeclared(candidate)) added_keys.insert(KeyOf(candidate));
  }
  if (added_keys.empty()) return declared;
  for (const MoveCandidate& candidate : removed) {
    if (!MayBeDeclared(candidate)) continue;
    absl::StatusOr<std::string> target = FollowMovedBlocks(candidate, added_keys, find);
    if (!target.ok()) return target.status();
    if (!target->empty()) declared.emplace(KeyOf(candidate), *std::move(target));
  }
  return declared;
}

}  // namespace

std::string MovedBlockTarget(std::string_view content) {
  Document document;
  if (!ReadJson(content, document).ok()) return {};
  const std::string_view to = WithoutInstance(ScalarMember(document, Document::kRoot, "to"));
  return to.empty() ? std::string() : EscapeIdentityText(to);
}

absl::StatusOr<std::vector<std::pair<size_t, size_t>>> MatchMoves(const std::vector<MoveCandidate>& removed,
                                                                  const std::vector<MoveCandidate>& added,
                                                                  const FindMovedBlock& find) {
  Matches matches{std::vector<bool>(removed.size()), std::vector<bool>(added.size()), {}};
  if (removed.empty() || added.empty()) return std::move(matches.pairs);
  const absl::StatusOr<DeclaredMoves> declared = ReadDeclaredMoves(removed, added, find);
  if (!declared.ok()) return declared.status();
  if (!declared->empty()) {
    const Trait target = [&declared](const MoveCandidate& candidate) -> std::optional<std::string> {
      const auto move = declared->find(KeyOf(candidate));
      return move == declared->end() ? std::nullopt : std::optional(move->second);
    };
    ApplyRule(removed, added, target, KeyOf, matches);
  }
  for (const auto& rule : {NamedThing, SameContent, SameKindAndNameInFile}) {
    ApplyRule(removed, added, rule, rule, matches);
  }
  return std::move(matches.pairs);
}

}  // namespace setpoint::storage
