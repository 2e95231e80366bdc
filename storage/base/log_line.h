// One line of the log as bytes. Whatever stands in a message or a field, a line is one line: control characters,
// separators of lines and broken UTF-8 are escaped, so that nobody writes lines by what he sends. Pure; any thread.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace setpoint::storage {

enum class LogFormat { kText, kJson };

// A member of a line beside its message. The texts must live as long as the call.
struct LogField {
  std::string_view name;  // A word of letters, digits and underscores.
  std::variant<std::string_view, int64_t, uint64_t, double> value;
};
using LogFields = std::initializer_list<LogField>;

struct LogRecord {
  int64_t microseconds = 0;  // Since 1970 UTC.
  std::string_view level;
  std::string_view room;
  std::string_view message;
  std::span<const LogField> fields;
  std::span<const LogField> scope;  // Of the work at hand; after the others.
};

//   2026-11-29T02:24:26.123456Z info server/http: answered status=200 route="GET /a b"
//   {"time":"2026-11-29T02:24:26.123456Z","level":"info","room":"server/http","message":"answered","status":200}
// Without a line break at its end.
std::string LogLine(LogFormat format, const LogRecord& record);

}  // namespace setpoint::storage
