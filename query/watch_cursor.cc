#include "query/watch_cursor.h"

#include <charconv>

#include "storage/base/concat.h"

namespace setpoint::query {
namespace {

// Decimal digits and nothing else.
template <typename Number>
bool ParseDigits(std::string_view text, Number* number) {
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, *number);
  return parsed.ec == std::errc() && parsed.ptr == end;
}

}  // namespace

std::string WatchCursor::Text() const {
  return IsWhole() ? storage::Concat("r", revision.value) : storage::Concat("r", revision.value, ".", index);
}

std::optional<WatchCursor> WatchCursor::Parse(std::string_view text) {
  if (text.empty() || text.front() != 'r') return std::nullopt;
  text.remove_prefix(1);
  const size_t dot = text.find('.');
  WatchCursor cursor;
  if (!ParseDigits(text.substr(0, dot), &cursor.revision.value)) return std::nullopt;
  if (dot == std::string_view::npos) return cursor;
  if (!ParseDigits(text.substr(dot + 1), &cursor.index) || cursor.IsWhole()) return std::nullopt;
  return cursor;
}

}  // namespace setpoint::query
