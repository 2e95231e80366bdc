#include "query/log.h"

#include <algorithm>
#include <utility>

#include "query/content.h"
#include "query/entry_facts.h"
#include "query/selector.h"
#include "query/text.h"
#include "query/visibility.h"
#include "storage/log/log_reader.h"
#include "storage/projections/positions.h"

namespace setpoint::query {
namespace {

using storage::Entry;

bool AsksForChanges(const LogFilter& filter) {
  return !filter.path_prefix.empty() || !filter.kind.empty() || filter.operation.has_value();
}

bool ChangeMatches(const LogFilter& filter, const Selector& selector, const Entry& entry,
                   const storage::Change& change) {
  if (filter.operation && *filter.operation != change.operation) return false;
  return selector.Matches(change.key, static_cast<storage::Format>(change.format), entry.files[change.file].path);
}

bool EntryMatches(const LogFilter& filter, const Entry& entry) {
  if (filter.cause && *filter.cause != entry.cause) return false;
  if (!AsksForChanges(filter)) return true;
  // A file may differ without a changed resource: a comment.
  const bool files_count = filter.kind.empty() && !filter.operation;
  if (files_count) {
    return std::any_of(entry.files.begin(), entry.files.end(),
                       [&](const storage::FileChange& file) { return file.path.starts_with(filter.path_prefix); });
  }
  Selector selector;
  selector.kind = filter.kind;
  selector.path_prefix = filter.path_prefix;
  return std::any_of(entry.changes.begin(), entry.changes.end(),
                     [&](const storage::Change& change) { return ChangeMatches(filter, selector, entry, change); });
}

// In ASCII case; other letters must be written as they stand.
bool Contains(std::string_view text, std::string_view part) {
  return LowerCase(text).find(LowerCase(part)) != std::string::npos;
}

bool AsksForCommit(const LogFilter& filter) {
  return !filter.author.empty() || !filter.message.empty() || filter.since || filter.until || filter.signed_only;
}

bool CommitMatches(const LogFilter& filter, const std::optional<storage::Commit>& commit) {
  if (!AsksForCommit(filter)) return true;
  if (!commit) return false;
  if (!filter.author.empty() && !Contains(AuthorText(commit->author), filter.author)) return false;
  if (!filter.message.empty() && !Contains(commit->message, filter.message)) return false;
  if (filter.since && commit->committer.seconds < *filter.since) return false;
  if (filter.until && commit->committer.seconds > *filter.until) return false;
  return !filter.signed_only || commit->has_signature;
}

// Leaves the files and changes that can be seen. False: nothing of what the entry did is left, so it never was.
bool LeaveOutUnseen(const VisiblePaths& visible, Entry& entry) {
  if (visible.IsAll()) return true;
  const bool had_some = !entry.files.empty() || !entry.changes.empty();
  std::vector<storage::FileChange> files;
  std::vector<storage::Change> changes;
  std::vector<std::optional<uint32_t>> places(entry.files.size());
  for (size_t i = 0; i < entry.files.size(); ++i) {
    if (!visible.Sees(entry.files[i].path)) continue;
    places[i] = static_cast<uint32_t>(files.size());
    files.push_back(std::move(entry.files[i]));
  }
  for (storage::Change& change : entry.changes) {
    if (!places.at(change.file) || !visible.SeesKey(change.key)) continue;
    change.file = *places[change.file];
    if (!change.moved_from.empty() && !visible.SeesKey(change.moved_from)) {
      change.moved_from.clear();
      if (change.operation == storage::Operation::kMoved) change.operation = storage::Operation::kCreated;
    }
    changes.push_back(std::move(change));
  }
  entry.files = std::move(files);
  entry.changes = std::move(changes);
  return !had_some || !entry.files.empty() || !entry.changes.empty();
}

absl::Status DiscloseHashes(const View& view, Entry& entry) {
  for (storage::Change& change : entry.changes) {
    auto hash = DiscloseHash(view, change.content_hash);
    if (!hash.ok()) return hash.status();
    change.content_hash = *hash;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<LogItem>> ReadLog(const View& view, const LogRequest& request) {
  std::vector<LogItem> items;
  const VisiblePaths visible = PathsAt(view, request.position);
  std::optional<storage::Position> at = request.position;
  while (at && (request.limit == 0 || items.size() < request.limit)) {
    auto entry = storage::ReadEntry(view.rows, at->revision);
    if (!entry.ok()) return entry.status();
    if (entry->has_value() && !LeaveOutUnseen(visible, **entry)) entry->reset();
    if (entry->has_value() && EntryMatches(request.filter, **entry)) {
      auto commit = ReadCommit(view, request.repository, (*entry)->commit);
      if (!commit.ok()) return commit.status();
      if (CommitMatches(request.filter, *commit)) {
        if (absl::Status status = DiscloseHashes(view, **entry); !status.ok()) return status;
        items.push_back({*at, **std::move(entry), *std::move(commit)});
      }
    }
    auto before = storage::FindAtRevision(view.rows, view.catalog.timelines, at->timeline,
                                          storage::Revision(at->revision.value - 1));
    if (!before.ok()) return before.status();
    at = *before;
  }
  return items;
}

}  // namespace setpoint::query
