// Which point of which timeline a POSITION stands for (design.md, Positions and time). Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "query/view.h"
#include "storage/base/ids.h"
#include "storage/base/object_id.h"
#include "storage/projections/environment.h"
#include "storage/projections/positions.h"

namespace setpoint::query {

struct PositionRequest {
  std::string repository;                                  // Its name; empty: the store's only one.
  std::string text;                                        // The POSITION; empty: the default branch.
  storage::TimeAxis axis = storage::TimeAxis::kCommitted;  // What a TIME is compared with.
  int64_t now = 0;                                         // What "2h ago" counts from, in seconds since 1970.
  std::string environment = {};                            // Its name: the text is read in it (environment.h).
};

struct ResolvedPosition {
  storage::RepositoryId repository;
  storage::Position position;  // Its revision is that of the entry whose state is read, never later.
  // Set where the position was found by a moment: the axis it was looked for on.
  std::optional<storage::TimeAxis> axis;
  // The same text stands for the same position for ever (rN, REF@{rN}, a full commit id), so that an answer may be
  // kept by whoever asked.
  bool fixed = false;
  // Where one was asked for: what does not lie below its folder does not count.
  std::optional<storage::Environment> environment = {};

  // That folder; empty: everything counts.
  std::string Scope() const { return environment ? environment->path_prefix : std::string(); }
};

// Errors, by reason: unknown-repository, repository-needed, unknown-position (no such ref or revision),
// commit-not-ingested, unknown-commit, ambiguous-position, other-repository, before-first, bad-position,
// unknown-environment.
absl::StatusOr<ResolvedPosition> ResolvePosition(const View& view, const PositionRequest& request);

}  // namespace setpoint::query
