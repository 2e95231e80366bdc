// Which fields one item of a history changed. Any thread.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "query/history.h"
#include "query/view.h"

namespace setpoint::query {

// The JSON pointers that differ from the version it replaced (field_changes.h). Empty where nothing was replaced, where
// the content stayed, and where one of the two was erased. Reads both contents.
absl::StatusOr<std::vector<std::string>> ReadChangedFields(const View& view, const HistoryItem& item);

}  // namespace setpoint::query
