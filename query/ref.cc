#include "query/ref.h"

#include "query/errors.h"
#include "query/repository.h"
#include "query/visibility.h"
#include "storage/base/concat.h"
#include "storage/projections/positions.h"

namespace setpoint::query {
namespace {

absl::StatusOr<std::optional<RefTarget>> FindFull(const View& view, storage::RepositoryId repository, std::string ref,
                                                  storage::Revision at) {
  if (!SeesRef(view, repository, ref)) return std::nullopt;
  auto timeline = view.catalog.timelines.FindOwned(repository, ref);
  if (timeline && timeline->first <= view.applied) return RefTarget{std::move(ref), std::move(timeline), {}};
  auto commit = storage::FindPointer(view.rows, repository, ref, at);
  if (!commit.ok()) return commit.status();
  if (!commit->has_value() || (*commit)->IsZero()) return std::nullopt;
  return RefTarget{std::move(ref), std::nullopt, **commit};
}

}  // namespace

absl::StatusOr<std::optional<RefTarget>> FindRef(const View& view, storage::RepositoryId repository,
                                                 std::string_view name, storage::Revision at) {
  if (name.empty() || name == "HEAD") {
    auto timeline = DefaultTimeline(view, repository);
    if (!timeline.ok()) return timeline.status();
    std::string ref = timeline->ref;
    return RefTarget{std::move(ref), *std::move(timeline), {}};
  }
  if (name.starts_with("refs/")) return FindFull(view, repository, std::string(name), at);
  auto branch = FindFull(view, repository, storage::Concat("refs/heads/", name), at);
  if (!branch.ok()) return branch.status();
  auto tag = FindFull(view, repository, storage::Concat("refs/tags/", name), at);
  if (!tag.ok()) return tag.status();
  if (branch->has_value() && tag->has_value()) {
    return InvalidArgument(reason::kAmbiguousPosition, storage::Concat("'", name, "' is a branch and a tag; write ",
                                                                       (*branch)->name, " or ", (*tag)->name));
  }
  return branch->has_value() ? branch : tag;
}

}  // namespace setpoint::query
