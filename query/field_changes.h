// Which fields differ between two contents. Pure functions; any thread may call them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace setpoint::query {

// The JSON pointers of the places that differ, by key bytes and list index: members that are on one side only by their
// own pointer, lists of unequal length as a whole, equally long ones item by item. "" where the whole document differs
// in kind. Both texts are canonical JSON.
absl::StatusOr<std::vector<std::string>> ChangedFields(std::string_view before, std::string_view after);

}  // namespace setpoint::query
