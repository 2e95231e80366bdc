// Every version that a resource ever had (design.md, History and blame): through moves and merges, newest first.
// Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "query/entry_facts.h"
#include "query/view.h"
#include "storage/projections/versions.h"

namespace setpoint::query {

struct HistoryRequest {
  storage::RepositoryId repository;
  storage::Position position;
  std::string key;
  size_t limit = 0;  // 0: all.
  // The versions that the timeline read had, in its own order, instead of those that commits wrote.
  bool own_timeline = false;
};

struct HistoryItem {
  storage::Version version;               // Of the entry that wrote it (with own_timeline: of the timeline's entry).
  EntryFacts entry;                       // The same entry; of what a newer decoder sees, that which wrote the file.
  std::optional<storage::Commit> commit;  // Of that entry; nothing where its object is not in the store.
  storage::Revision landed;               // By which it reached the timeline read.
  // What it replaced: the version that the first parent had, under this key or the one it moved from.
  std::optional<storage::Version> before;
};

// Each (resource, entry) once, newest first; deletions among them, also those before an earlier life of the key. A
// deletion that is the other half of a listed move is not listed. kNotFound (unknown-resource) where the key never was
// at the position or before.
absl::StatusOr<std::vector<HistoryItem>> ReadHistory(const View& view, const HistoryRequest& request);

}  // namespace setpoint::query
