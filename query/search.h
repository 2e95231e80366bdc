// Changes over all history, of all timelines or one, newest first. Any thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "query/change_filter.h"
#include "query/entry_facts.h"
#include "query/field_events.h"
#include "query/scan_budget.h"
#include "query/view.h"
#include "storage/projections/versions.h"

namespace setpoint::query {

struct SearchRequest {
  storage::RepositoryId repository;
  // What happened on the timeline read, whoever wrote it where; nothing: on all of them, each change where it was
  // written.
  std::optional<storage::Position> position;
  ChangeFilter filter;
  // Only changes below it in the order of the answer: where the page before ended.
  std::optional<std::pair<storage::Revision, uint32_t>> before;
};

struct SearchItem {
  storage::Version version;               // On the timeline read; else of the entry that wrote it.
  EntryFacts entry;                       // That wrote it; `version.position` is where it landed.
  std::optional<storage::Commit> commit;  // Nothing where the entry is of no commit, or its object is not here.
  std::optional<storage::Version> replaced;
  storage::Digest content_hash;    // As content.h gives it; zero where the version is a deletion.
  std::vector<FieldEvent> fields;  // Those that the filter asks for; empty where it asks for none.
};

// One change after another, by revision and index, highest first. Over all timelines, what an entry shows and another
// one wrote (a merge, a fast-forward, a reset) is no change of its own; on one, it is what landed there, with the
// commit that wrote it. A value is looked up in the `terms` projection: that costs the versions of the resources that
// may have had it. Everything else goes through the steps of the entries in question. One thread at a time; must not
// outlive the store.
class ChangeScan {
 public:
  ChangeScan(const View& view, SearchRequest request);
  ~ChangeScan();
  ChangeScan(ChangeScan&&) noexcept;
  ChangeScan& operator=(ChangeScan&&) noexcept;

  // The next one. Nothing: there is none (then it has ended), or the budget is spent and the next call goes on.
  absl::StatusOr<std::optional<SearchItem>> Next(ScanBudget& budget);
  bool ended() const;

 private:
  class Run;
  std::unique_ptr<Run> run_;
};

// Hands over all of them, until `visit` says false.
absl::Status Search(const View& view, const SearchRequest& request,
                    const std::function<bool(const SearchItem&)>& visit);

}  // namespace setpoint::query
