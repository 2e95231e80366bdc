#include "query/diff.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "query/content.h"
#include "query/json_alignment.h"
#include "query/sops.h"
#include "query/version_lookup.h"
#include "query/visibility.h"
#include "storage/base/concat.h"
#include "storage/formats/move_matcher.h"
#include "storage/formats/resource_key.h"
#include "storage/projections/state.h"
#include "storage/projections/versions.h"

namespace setpoint::query {
namespace {

using storage::Operation;
using storage::StateItem;

// The two sides of one thing; either may be missing.
using Sides = std::pair<std::optional<StateItem>, std::optional<StateItem>>;

class Comparison {
 public:
  Comparison(const View& view, const DiffRequest& request)
      : view_(view),
        request_(request),
        seen_from_(PathsAt(view, request.from.position)),
        seen_to_(PathsAt(view, request.to.position)) {}

  absl::StatusOr<std::vector<ResourceDifference>> Run() {
    const bool same_place = request_.from.path_prefix == request_.to.path_prefix;
    auto sides = same_place ? SidesByKey() : SidesBelowPrefixes();
    if (!sides.ok()) return sides.status();
    std::vector<ResourceDifference> differences;
    for (const auto& [before, after] : *sides) {
      auto wanted = IsWanted(before);
      if (wanted.ok() && !*wanted) wanted = IsWanted(after);
      if (!wanted.ok()) return wanted.status();
      if (!*wanted) continue;
      ResourceDifference& difference = differences.emplace_back();
      difference.before = before;
      difference.after = after;
      if (!before || !after) {
        difference.operation = before ? Operation::kDeleted : Operation::kCreated;
      } else if (same_place && before->resource != after->resource) {
        difference.operation = Operation::kMoved;
      }
      if (request_.purpose == DiffPurpose::kPromotion) {
        difference.waits = before && (!after || before->revision > after->revision);
      }
    }
    std::sort(differences.begin(), differences.end(), [&](const ResourceDifference& a, const ResourceDifference& b) {
      return KeyOf(a.after ? *a.after : *a.before) < KeyOf(b.after ? *b.after : *b.before);
    });
    return differences;
  }

 private:
  std::string_view KeyOf(const StateItem& item) const { return view_.catalog.names.ResourceKey(item.resource); }
  std::string_view PathOf(const StateItem& item) const { return view_.catalog.names.Path(item.path); }

  std::optional<StateItem> Seen(const std::optional<StateItem>& item, const VisiblePaths& visible) const {
    return item && visible.Sees(PathOf(*item)) ? item : std::nullopt;
  }

  absl::StatusOr<bool> IsWanted(const std::optional<StateItem>& item) const {
    const Selector& selector = request_.selector;
    if (!item) return false;
    if (!selector.Matches(KeyOf(*item), static_cast<storage::Format>(item->format), PathOf(*item))) return false;
    return MatchesContent(view_, selector, item->content);
  }

  absl::StatusOr<std::vector<Sides>> SidesByKey() {
    auto changed = ReadChangedResources(view_, request_.from.position, request_.to.position);
    if (!changed.ok()) return changed.status();
    std::vector<Sides> sides;
    for (const ChangedResource& each : *changed) {
      const Sides seen = {Seen(each.before, seen_from_), Seen(each.after, seen_to_)};
      if (!seen.first && !seen.second) continue;
      const StateItem& item = seen.second ? *seen.second : *seen.first;
      if (PathOf(item).starts_with(request_.to.path_prefix)) sides.push_back(seen);
    }
    if (absl::Status status = PairMoves(sides); !status.ok()) return status;
    return sides;
  }

  // Two places of one or two trees: a resource is paired with the one whose key is equal below the prefixes.
  absl::StatusOr<std::vector<Sides>> SidesBelowPrefixes() {
    absl::flat_hash_map<std::string_view, Sides> by_key;
    const std::string from_scope = storage::ScopeText(request_.from.path_prefix, storage::Format::kFile);
    const std::string to_scope = storage::ScopeText(request_.to.path_prefix, storage::Format::kFile);
    for (const bool is_left : {true, false}) {
      const DiffSide& side = is_left ? request_.from : request_.to;
      auto state = storage::ReadState(view_.rows, view_.catalog.timelines, side.position);
      if (!state.ok()) return state.status();
      for (const StateItem& item : *state) {
        if (!PathOf(item).starts_with(side.path_prefix)) continue;
        if (!Seen(item, is_left ? seen_from_ : seen_to_)) continue;
        Sides& sides = by_key[KeyBelow(KeyOf(item), is_left ? from_scope : to_scope)];
        (is_left ? sides.first : sides.second) = item;
      }
    }
    std::vector<Sides> all;
    for (const auto& [key, sides] : by_key) all.push_back(sides);
    if (absl::Status status = PairMoves(all); !status.ok()) return status;
    std::erase_if(all, [](const Sides& sides) {
      return sides.first && sides.second && sides.first->content == sides.second->content &&
             sides.first->stale == sides.second->stale;
    });
    return all;
  }

  // A key without a prefix of its scope. A prefix that names a file goes beyond a scope that is the file's directory.
  static std::string_view KeyBelow(std::string_view key, std::string_view scope) {
    return key.starts_with(scope) ? key.substr(scope.size()) : key.substr(key.find('#'));
  }

  storage::MoveCandidate CandidateOf(const StateItem& item, const DiffSide& side) const {
    return {.path = PathOf(item).substr(side.path_prefix.size()),
            .identity = storage::SplitKey(KeyOf(item)).identity,
            .format = static_cast<storage::Format>(item.format),
            // For pairing alone.
            .hash = view_.catalog.digests.HashOf(item.content).value_or(storage::Digest{})};
  }

  // A `moved` block on the right, as an entry looks for it.
  absl::StatusOr<std::optional<std::string>> FindMovedBlock(std::string_view path, std::string_view identity) const {
    const std::string key =
        storage::ResourceKeyText(storage::Concat(request_.to.path_prefix, path), storage::Format::kTerraform, identity);
    auto version = FindAlive(view_, request_.to.position, key);
    if (!version.ok()) return version.status();
    if (!version->has_value() || (*version)->stale) return std::nullopt;
    if (!seen_to_.Sees(view_.catalog.names.Path((*version)->path))) return std::nullopt;
    auto content = ReadContentJson(view_, (*version)->content);
    if (absl::IsFailedPrecondition(content.status())) return std::nullopt;  // Erased.
    return content;
  }

  // Makes one of what went on the left and came on the right, where that is the same thing.
  absl::Status PairMoves(std::vector<Sides>& all) const {
    std::vector<storage::MoveCandidate> removed;
    std::vector<storage::MoveCandidate> added;
    std::vector<size_t> removed_places;
    std::vector<size_t> added_places;
    for (size_t i = 0; i < all.size(); ++i) {
      const auto& [before, after] = all[i];
      if (!after) {
        removed.push_back(CandidateOf(*before, request_.from));
        removed_places.push_back(i);
      } else if (!before && !after->stale) {
        added.push_back(CandidateOf(*after, request_.to));
        added_places.push_back(i);
      }
    }
    const auto moves = storage::MatchMoves(removed, added, [this](std::string_view path, std::string_view identity) {
      return FindMovedBlock(path, identity);
    });
    if (!moves.ok()) return moves.status();
    for (const auto& [from, to] : *moves) {
      all[added_places[to]].first = std::exchange(all[removed_places[from]].first, std::nullopt);
    }
    std::erase_if(all, [](const Sides& sides) { return !sides.first && !sides.second; });
    return absl::OkStatus();
  }

  const View& view_;
  const DiffRequest& request_;
  const VisiblePaths seen_from_;
  const VisiblePaths seen_to_;
};

absl::Status FillHashes(const View& view, ResourceDifference& difference) {
  for (const bool is_before : {true, false}) {
    const std::optional<StateItem>& item = is_before ? difference.before : difference.after;
    if (!item) continue;
    auto hash = ReadContentHash(view, item->content);
    if (!hash.ok()) return hash.status();
    (is_before ? difference.hash_before : difference.hash_after) = *hash;
  }
  return absl::OkStatus();
}

absl::Status FillFields(std::string_view before, std::string_view after, ResourceDifference& difference) {
  auto left = ParseJson(before);
  if (!left.ok()) return left.status();
  auto right = ParseJson(after);
  if (!right.ok()) return right.status();
  const JsonAlignment alignment = AlignJson("", *left, *right, MovedItems::kReplace);
  difference.is_rekeyed = IsRekeyed(*left, *right, alignment);
  if (difference.is_rekeyed) return absl::OkStatus();
  for (const JsonDifference& each : alignment.differences) {
    const auto side = [](const JsonValue* value) {
      return value == nullptr ? std::nullopt : std::optional<std::string>(value->text);
    };
    difference.fields.push_back({each.pointer, side(each.before), side(each.after)});
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<ResourceDifference>> FindDifferences(const View& view, const DiffRequest& request) {
  return Comparison(view, request).Run();
}

absl::Status CompareContents(const View& view, ResourceDifference& difference) {
  if (absl::Status status = FillHashes(view, difference); !status.ok()) return status;
  const std::optional<StateItem>& before = difference.before;
  const std::optional<StateItem>& after = difference.after;
  if (!before || !after || before->content == after->content) return absl::OkStatus();
  auto left = ReadContentJson(view, before->content);
  auto right = ReadContentJson(view, after->content);
  for (const auto* each : {&left, &right}) {
    if (absl::IsFailedPrecondition(each->status())) return absl::OkStatus();  // Erased.
    if (!each->ok()) return each->status();
  }
  return FillFields(*left, *right, difference);
}

absl::StatusOr<std::vector<ResourceDifference>> ReadDiff(const View& view, const DiffRequest& request) {
  auto differences = FindDifferences(view, request);
  if (!differences.ok()) return differences.status();
  for (ResourceDifference& each : *differences) {
    if (absl::Status status = CompareContents(view, each); !status.ok()) return status;
  }
  return differences;
}

size_t CountWaiting(const std::vector<ResourceDifference>& differences) {
  return static_cast<size_t>(std::count_if(differences.begin(), differences.end(),
                                           [](const ResourceDifference& each) { return each.waits == true; }));
}

std::string DiffSummary(const std::vector<ResourceDifference>& differences) {
  constexpr std::array<std::pair<Operation, char>, 4> kSigns = {
      {{Operation::kCreated, '+'}, {Operation::kUpdated, '~'}, {Operation::kMoved, '>'}, {Operation::kDeleted, '-'}}};
  std::string text;
  for (const auto& [operation, sign] : kSigns) {
    const auto count = std::count_if(differences.begin(), differences.end(),
                                     [op = operation](const auto& each) { return each.operation == op; });
    if (count != 0) text += storage::Concat(text.empty() ? "" : " ", std::string(1, sign), count);
  }
  return text;
}

}  // namespace setpoint::query
