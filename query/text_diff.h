// Unified text of what differs between two texts, line by line. Pure; any thread may call it.
#pragma once

#include <string>
#include <string_view>

namespace setpoint::query {

struct TextSide {
  std::string name;  // After "--- " or "+++ "; "/dev/null" where the text is not there.
  std::string_view text;
};

// As `diff -u` writes it, with three lines around each change. Empty where the texts are equal. Texts that are no lines
// (they hold a zero byte) give "Binary … differ".
std::string UnifiedDiff(const TextSide& before, const TextSide& after);

}  // namespace setpoint::query
