// Paths that stand in files, relative to where the file is. A pure function; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace setpoint::query {

// "apps/web" and "../base/" are "apps/base"; "." steps and doubled '/' go. Nothing where it leads out of the tree, or
// is absolute.
std::optional<std::string> JoinPath(std::string_view folder, std::string_view relative);

}  // namespace setpoint::query
