// The parts of a JSON document as they stand in its text, without reading it into a tree: an answer of a hundred
// thousand resources is passed on object by object. What is handed out views the text. Pure functions; any thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace setpoint::tools {

// Each member of an object, with its unescaped name, in the order of the text. The error of `take` ends it; kDataLoss:
// the text is no object.
absl::Status ForEachMember(std::string_view object,
                           const std::function<absl::Status(const std::string& name, std::string_view value)>& take);

// Each element of an array. Likewise.
absl::Status ForEachElement(std::string_view array, const std::function<absl::Status(std::string_view value)>& take);

// The text of a member of an object; empty where it has none, or is none.
std::string_view MemberText(std::string_view object, std::string_view name);

}  // namespace setpoint::tools
