// Moments as text: RFC 3339, and how long ago. Pure functions; any thread may call them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace setpoint::query {

// "2026-11-23T01:33:09Z". Years beyond 0..9999 are clamped to the nearest such moment: Git allows absurd dates.
std::string FormatTime(int64_t seconds);

// RFC 3339 with any offset ("2026-11-23T01:33:09+02:00", a blank instead of T, fractions cut off), a bare date (its
// first second in UTC), or relative to `now`: "2h ago", "90 minutes ago"; units s, m, h, d, w and their English words.
// Nothing where the text is none of these.
std::optional<int64_t> ParseTime(std::string_view text, int64_t now);

}  // namespace setpoint::query
