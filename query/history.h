// Every version that a resource ever had (design.md, History and blame): through moves and merges, newest first.
// Any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "query/entry_facts.h"
#include "query/scan_budget.h"
#include "query/view.h"
#include "storage/projections/versions.h"

namespace setpoint::query {

// Where a history goes on. Good for the request that it came from alone.
struct HistoryMark {
  // A version that is known to be there, and still to be looked at.
  struct Open {
    storage::Revision origin;  // Of the entry that wrote it.
    storage::ResourceId resource;
    storage::Revision landed;
    storage::Revision seen_later = {};  // The entry by which a newer decoder saw it first, where one did.
  };
  std::vector<Open> open;  // Newest first.
  // Of the first one's entry, what was listed before.
  std::vector<storage::ResourceId> listed;
  // False: the first is all that is named; what else was open is found by walking to it again.
  bool is_whole = true;
};

struct HistoryRequest {
  storage::RepositoryId repository;
  storage::Position position;
  std::string key;
  size_t limit = 0;  // 0: all.
  // The versions that the timeline read had, in its own order, instead of those that commits wrote.
  bool own_timeline = false;
  std::optional<HistoryMark> from = {};  // Nothing: the newest version.
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
// deletion that is the other half of a listed move is not listed. One thread at a time; must not outlive the store.
class HistoryScan {
 public:
  // kNotFound (unknown-resource) where the key never was at the position or before. `request.limit` is the caller's to
  // keep; without one, more is read at once.
  static absl::StatusOr<HistoryScan> Begin(const View& view, HistoryRequest request);
  ~HistoryScan();
  HistoryScan(HistoryScan&&) noexcept;
  HistoryScan& operator=(HistoryScan&&) noexcept;

  // The next one. Nothing: there is none (then it has ended), or the budget is spent and the next call goes on.
  absl::StatusOr<std::optional<HistoryItem>> Next(ScanBudget& budget);
  bool ended() const;

  // From here on the item that Next gave last comes again, and all that follow it.
  HistoryMark MarkOfLast() const;

 private:
  class Run;
  explicit HistoryScan(std::unique_ptr<Run> run);
  std::unique_ptr<Run> run_;
};

// All at once, or so many as the limit says.
absl::StatusOr<std::vector<HistoryItem>> ReadHistory(const View& view, const HistoryRequest& request);

}  // namespace setpoint::query
