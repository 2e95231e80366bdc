// Which timelines a watch follows. Owned refs only: a pointing ref has no timeline, an anonymous timeline does not
// stream. One ref: its whole lineage, what it forked from up to the fork, then its own entries. Several, or all: each
// ref's own entries.
// Immutable; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "query/disclosure.h"
#include "storage/base/ids.h"
#include "storage/projections/database.h"

namespace setpoint::query {

struct WatchRefs {
  std::string repository;         // Empty: the only one of the store.
  std::vector<std::string> refs;  // As users write them ("main"); "*" is every owned ref; none: the default branch.
  bool operator==(const WatchRefs&) const = default;
};

// Entries of one timeline to be followed: those with revision ≤ upto.
struct WatchSegment {
  storage::TimelineId timeline;
  storage::Revision upto;
  bool operator==(const WatchSegment&) const = default;
};

// A ref at which a snapshot is taken.
struct WatchedRef {
  storage::TimelineId timeline;
  storage::Position at;
};

class WatchScope {
 public:
  // A repository that is registered but has no entry yet is no error: its default branch is followed once it is there.
  // kNotFound: no such repository or ref. kFailedPrecondition (reason "pointing-ref"): the text names the setting that
  // would make it owned. kInvalidArgument: no repository given where the store has several, or an ambiguous name.
  // What the disclosure does not let see is not there, now or later.
  static absl::StatusOr<WatchScope> Resolve(const storage::Database& database, const WatchRefs& refs,
                                            Disclosure disclosure = {});

  // The followed timelines as of `applied`, those of one lineage oldest first.
  std::vector<WatchSegment> Segments(const storage::Database& database, storage::Revision applied) const;

  // Every followed ref that was there at `revision`, and where it stood.
  absl::StatusOr<std::vector<WatchedRef>> RefsAt(const storage::Database& database, storage::Revision revision) const;

  // The one ref followed with its lineage. None where each ref sends its own entries, or where it is not there yet.
  storage::TimelineId Single(const storage::Database& database) const;

  const std::string& repository() const { return repository_; }

  // Equal scopes follow the same refs, however they were written.
  bool operator==(const WatchScope&) const = default;

 private:
  enum class Mode { kDefault, kNamed, kAll };

  // The followed refs that exist now, by id.
  std::vector<storage::TimelineId> Followed(const storage::Database& database) const;

  Disclosure disclosure_;
  std::string repository_;
  Mode mode_ = Mode::kDefault;
  std::vector<storage::TimelineId> named_;  // Of kNamed; by id, each once.
};

}  // namespace setpoint::query
