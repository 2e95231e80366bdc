#include "query/watch_entry.h"

#include <utility>

#include "query/content.h"
#include "query/entry_facts.h"
#include "query/view.h"
#include "query/watch_filter.h"

namespace setpoint::query {

using storage::Database;

absl::StatusOr<std::shared_ptr<const WatchEntry>> ReadWatchEntry(const Database& database, storage::Revision revision) {
  const View view(database);
  auto facts = ReadEntryFacts(view, revision);
  if (!facts.ok()) return facts.status();
  auto timeline = view.catalog.timelines.Find(facts->timeline);
  if (!timeline.has_value()) return absl::DataLossError("an entry of the log stands on a timeline that is not known");

  auto entry = std::make_shared<WatchEntry>();
  entry->facts = *facts;
  entry->repository = std::string(view.catalog.names.RepositoryName(timeline->repository));
  entry->timeline = timeline->Label();
  auto commit = ReadCommit(view, timeline->repository, facts->commit);
  if (!commit.ok()) return commit.status();
  entry->commit = *std::move(commit);
  if (timeline->first != revision) return entry;

  entry->base = storage::ForkPoint{.revision = timeline->base.revision, .commit = {}};
  if (timeline->base.revision.IsNone()) return entry;
  auto base = ReadEntryFacts(view, timeline->base.revision);
  if (!base.ok()) return base.status();
  entry->base->commit = base->commit;
  return entry;
}

absl::Status FillResource(const View& view, const WatchedVersion& version, WatchEvent& event) {
  const storage::Names& names = view.catalog.names;
  event.key = std::string(names.ResourceKey(version.resource));
  event.path = std::string(names.Path(version.path));
  event.format = version.format;
  event.stale = version.stale;
  if (event.type == WatchEvent::Type::kChange && event.operation == storage::Operation::kDeleted)
    return absl::OkStatus();
  auto hash = ReadContentHash(view, version.content);
  if (!hash.ok()) return hash.status();
  if (hash->IsZero()) return absl::DataLossError("a version names a content that is not known");
  event.content_hash = *hash;
  auto content = ReadContentJson(view, version.content);
  // What was erased is still delivered, without its content.
  if (absl::IsFailedPrecondition(content.status())) return absl::OkStatus();
  if (!content.ok()) return content.status();
  event.content = *std::move(content);
  return absl::OkStatus();
}

}  // namespace setpoint::query
