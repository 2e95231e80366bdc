// `search --appearances`: from when to when a value stood where, in tables with a line that sums it up. One thread.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "tools/setpoint/answers.h"
#include "tools/setpoint/change_flags.h"
#include "tools/setpoint/read_flags.h"

namespace setpoint::tools {

// Asks and prints.
absl::Status PrintAppearances(Answers& answers, const ReadFlags& read, const ChangeFlags& changes,
                              const std::string& operation);

}  // namespace setpoint::tools
