#include "query/visibility.h"

#include <algorithm>

#include "storage/formats/format.h"
#include "storage/formats/resource_key.h"

namespace setpoint::query {
namespace {

using storage::Position;
using storage::Timeline;

bool Fits(std::string_view wanted, std::string_view value) { return wanted.empty() || wanted == value; }

bool LiesOn(const std::vector<Position>& lineage, Position position) {
  return std::any_of(lineage.begin(), lineage.end(), [&](const Position& each) {
    return each.timeline == position.timeline && position.revision <= each.revision;
  });
}

// Where the ref of a scope, read as of now, comes from; empty where it is not there.
std::vector<Position> LineageOf(const View& view, storage::RepositoryId repository, const VisibleScope& scope) {
  if (!scope.pointed_at.timeline.IsNone()) return view.catalog.timelines.Lineage(scope.pointed_at);
  const auto owned = view.catalog.timelines.FindOwned(repository, scope.ref);
  if (!owned) return {};
  return view.catalog.timelines.Lineage({owned->id, view.applied});
}

}  // namespace

bool LiesBelow(std::string_view path, std::string_view prefix) {
  if (!path.starts_with(prefix)) return false;
  return prefix.empty() || prefix.ends_with('/') || path.size() == prefix.size() || path[prefix.size()] == '/';
}

VisiblePaths VisiblePaths::All() {
  VisiblePaths paths;
  paths.is_all_ = true;
  return paths;
}

bool VisiblePaths::Sees(std::string_view path) const {
  return is_all_ || std::any_of(prefixes_.begin(), prefixes_.end(),
                                [&](const std::string& prefix) { return LiesBelow(path, prefix); });
}

bool VisiblePaths::SeesKey(std::string_view key) const {
  const std::string_view scope = storage::SplitKey(key).scope;
  return is_all_ || std::any_of(key_prefixes_.begin(), key_prefixes_.end(),
                                [&](const std::string& prefix) { return LiesBelow(scope, prefix); });
}

VisiblePaths PathsAt(const View& view, Position position) {
  if (view.disclosure.scopes == nullptr) return VisiblePaths::All();
  VisiblePaths paths;
  const auto timeline = view.catalog.timelines.Find(position.timeline);
  if (!timeline) return paths;
  const std::string_view repository = view.catalog.names.RepositoryName(timeline->repository);
  for (const VisibleScope& scope : *view.disclosure.scopes) {
    if (!Fits(scope.repository, repository)) continue;
    if (!scope.ref.empty() && !LiesOn(LineageOf(view, timeline->repository, scope), position)) continue;
    paths.prefixes_.push_back(scope.path_prefix);
    paths.key_prefixes_.push_back(storage::ScopeText(scope.path_prefix, storage::Format::kFile));
  }
  return paths;
}

void HideMoves(const View& view, const VisiblePaths& visible, storage::Version& version) {
  const storage::Names& names = view.catalog.names;
  if (!version.moved_to.IsNone() && !visible.SeesKey(names.ResourceKey(version.moved_to))) {
    version.moved_to = storage::ResourceId();
  }
  if (version.moved_from.IsNone() || visible.SeesKey(names.ResourceKey(version.moved_from))) return;
  version.moved_from = storage::ResourceId();
  if (version.operation == storage::Operation::kMoved) version.operation = storage::Operation::kCreated;
}

bool SeesRepository(const View& view, std::string_view name) {
  if (view.disclosure.scopes == nullptr) return true;
  return std::any_of(view.disclosure.scopes->begin(), view.disclosure.scopes->end(),
                     [&](const VisibleScope& scope) { return Fits(scope.repository, name); });
}

bool SeesRef(const View& view, storage::RepositoryId repository, std::string_view ref) {
  if (view.disclosure.scopes == nullptr) return true;
  const std::string_view name = view.catalog.names.RepositoryName(repository);
  return std::any_of(view.disclosure.scopes->begin(), view.disclosure.scopes->end(),
                     [&](const VisibleScope& scope) { return Fits(scope.repository, name) && Fits(scope.ref, ref); });
}

bool SeesFolder(const View& view, storage::RepositoryId repository, std::string_view ref, std::string_view folder) {
  if (view.disclosure.scopes == nullptr) return true;
  const std::string_view name = view.catalog.names.RepositoryName(repository);
  return std::any_of(view.disclosure.scopes->begin(), view.disclosure.scopes->end(), [&](const VisibleScope& scope) {
    return Fits(scope.repository, name) && Fits(scope.ref, ref) &&
           (LiesBelow(folder, scope.path_prefix) || LiesBelow(scope.path_prefix, folder));
  });
}

bool SeesTimeline(const View& view, const Timeline& timeline) {
  if (view.disclosure.scopes == nullptr) return true;
  // Its first entry is the one that most refs may have come from.
  return !PathsAt(view, {timeline.id, timeline.first}).IsNone();
}

}  // namespace setpoint::query
