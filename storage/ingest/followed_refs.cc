// Which refs of an advertisement are followed, in which order, and the commits that they end at.
#include <algorithm>
#include <utility>

#include "storage/base/concat.h"
#include "storage/git/commit.h"
#include "storage/ingest/planner.h"

namespace setpoint::storage {
namespace {

// A chain of tags longer than this is a mistake or an attack.
constexpr size_t kTagChainMax = 16;

bool MatchesAny(const std::vector<std::string>& patterns, std::string_view ref) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [ref](const std::string& pattern) { return RefPatternMatches(pattern, ref); });
}

// The commit at the end of a ref's chain of tags; nothing where it ends at a tree, a blob or a missing object.
absl::StatusOr<std::optional<FollowedRef>> Peel(const AdvertisedRef& advertised, CommitGraph& graph,
                                                std::vector<std::string>& warnings) {
  FollowedRef ref{.name = advertised.name, .commit = advertised.target, .tag_objects = {}};
  for (size_t hops = 0; hops < kTagChainMax; ++hops) {
    absl::StatusOr<RawObject> object = graph.Raw(ref.commit);
    if (absl::IsNotFound(object.status())) {
      warnings.push_back(Concat(advertised.name, " is not followed: ", object.status().message()));
      return std::nullopt;
    }
    if (!object.ok()) return object.status();
    if (object->type == ObjectType::kCommit) return ref;
    if (object->type != ObjectType::kTag) break;
    absl::StatusOr<Tag> tag = ParseTag(object->bytes);
    if (!tag.ok()) return tag.status();
    ref.tag_objects.push_back(ref.commit);
    ref.commit = tag->target;
  }
  warnings.push_back(Concat(advertised.name, " is not followed: it leads to no commit"));
  return std::nullopt;
}

}  // namespace

absl::StatusOr<FollowedRefs> PickRefs(const Advertisement& advertisement, const RepositorySettings& settings,
                                      CommitGraph& graph) {
  FollowedRefs followed;
  for (const AdvertisedRef& advertised : advertisement.refs) {
    followed.advertised.insert(advertised.name);
    const bool is_default = advertised.name == advertisement.default_branch;
    const bool is_owned = is_default || MatchesAny(settings.owned_patterns, advertised.name);
    if (!is_owned && !MatchesAny(settings.pointing_patterns, advertised.name)) continue;
    absl::StatusOr<std::optional<FollowedRef>> ref = Peel(advertised, graph, followed.warnings);
    if (!ref.ok()) return ref.status();
    if (!ref->has_value()) continue;
    std::vector<FollowedRef>& group = is_owned ? followed.owned : followed.pointing;
    group.insert(is_default ? group.begin() : group.end(), **std::move(ref));
  }
  return followed;
}

}  // namespace setpoint::storage
