#include "storage/log/entry_rules.h"

namespace setpoint::storage {
namespace {

bool IsKnown(FileMode mode) {
  switch (mode) {
    case FileMode::kAbsent:
    case FileMode::kRegular:
    case FileMode::kExecutable:
    case FileMode::kSymlink:
    case FileMode::kSubmodule:
      return true;
    case FileMode::kTree:
      return false;
  }
  return false;
}

std::string_view BrokenHeadRule(const Entry& entry) {
  if (!IsKnownCause(entry.cause)) return "its cause is unknown";
  const bool is_refs = entry.cause == Cause::kRefs;
  if (is_refs != !entry.repository.empty()) return "a repository stands in `refs` entries, and only there";
  if (is_refs && !entry.timeline.IsNone()) return "a `refs` entry is of no timeline";
  const bool is_of_store = is_refs || entry.cause == Cause::kVoid || entry.cause == Cause::kCut;
  if (!is_of_store && entry.timeline.IsNone()) return "it has no timeline";
  if (!is_refs && !entry.pointers.empty()) return "pointers stand in `refs` entries only";
  if (is_refs && !(entry.files.empty() && entry.changes.empty())) return "a `refs` entry changes nothing";
  if (entry.cause != Cause::kReset && !entry.commit_before.IsZero()) return "a commit before stands in resets only";
  if (!entry.birth.has_value()) return {};
  if (entry.timeline.IsNone()) return "a birth needs a timeline";
  if (entry.birth->repository.empty()) return "a birth names its repository";
  return {};
}

std::string_view BrokenFileRule(const Entry& entry) {
  const FileChange* before = nullptr;
  for (const FileChange& file : entry.files) {
    if (file.path.empty()) return "a file has no path";
    if (before != nullptr && before->path >= file.path) return "its files are out of order";
    before = &file;
    if (!IsKnown(file.mode)) return "a file's mode is unknown";
    if (file.mode == FileMode::kAbsent && !(file.blob.IsZero() && file.outcome == 0)) {
      return "an absent file has neither blob nor outcome";
    }
  }
  return {};
}

std::string_view BrokenChangeRule(const Change& change, size_t file_count) {
  if (change.operation < Operation::kCreated || change.operation > Operation::kDecodeFailed) {
    return "a change's operation is unknown";
  }
  if (change.key.empty()) return "a change has no key";
  if (change.file >= file_count) return "a change names a file that is not there";
  if ((change.operation == Operation::kDeleted) != change.content_hash.IsZero()) {
    return "a change has content unless it is a deletion";
  }
  if ((change.operation == Operation::kMoved) != !change.moved_from.empty()) {
    return "an old key stands in moves, and only there";
  }
  if (change.operation == Operation::kDecodeFailed && !change.stale) return "a failed decode is stale";
  return {};
}

// Both runs are in order here; no key may stand in both.
bool RunsShareAKey(const std::vector<Change>& changes, size_t deletions) {
  size_t kept = 0;
  size_t deleted = deletions;
  while (kept < deletions && deleted < changes.size()) {
    const int order = changes[kept].key.compare(changes[deleted].key);
    if (order == 0) return true;
    ++(order < 0 ? kept : deleted);
  }
  return false;
}

std::string_view BrokenOrderRule(const std::vector<Change>& changes) {
  size_t deletions = changes.size();  // Where they begin.
  for (size_t i = 0; i < changes.size(); ++i) {
    const bool is_deletion = changes[i].operation == Operation::kDeleted;
    if (!is_deletion && i > deletions) return "a change stands behind the deletions";
    const bool begins_run = i == 0 || (is_deletion && deletions == changes.size());
    if (is_deletion && deletions == changes.size()) deletions = i;
    if (!begins_run && changes[i - 1].key >= changes[i].key) return "its changes are out of order";
  }
  if (RunsShareAKey(changes, deletions)) return "a key is changed and deleted";
  return {};
}

}  // namespace

std::string_view BrokenRule(const Entry& entry) {
  if (const std::string_view rule = BrokenHeadRule(entry); !rule.empty()) return rule;
  if (const std::string_view rule = BrokenFileRule(entry); !rule.empty()) return rule;
  for (const Change& change : entry.changes) {
    const std::string_view rule = BrokenChangeRule(change, entry.files.size());
    if (!rule.empty()) return rule;
  }
  return BrokenOrderRule(entry.changes);
}

}  // namespace setpoint::storage
