// Which fields a version set or took away, compared with what was there before. Any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "query/predecessors.h"
#include "query/view.h"
#include "storage/projections/versions.h"

namespace setpoint::query {

// One scalar (or empty object or list) that came, went, or became another one.
struct FieldEvent {
  std::string pointer;              // In the version; of what went, where it stood before.
  std::optional<std::string> from;  // JSON.
  std::optional<std::string> to;
  bool operator==(const FieldEvent&) const = default;
};

struct VersionEvents {
  std::optional<storage::Version> before;  // What it replaced, as HistoryItem has it.
  std::vector<FieldEvent> fields;
};

enum class EventBasis {
  kCommit,    // What the commit's parents have; of a merge what none of them has.
  kTimeline,  // What the version's own timeline had before.
};

// A version whose content was erased has no fields, and what follows one set all that it has. With `scalars` (JSON
// texts), it may leave out fields that got and lost none of them: contents without any are not compared.
absl::StatusOr<VersionEvents> ReadFieldEvents(const View& view, storage::RepositoryId repository,
                                              const storage::Version& version, EventBasis basis,
                                              const std::vector<std::string>& scalars = {});

}  // namespace setpoint::query
