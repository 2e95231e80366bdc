#include "storage/base/log_line.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "absl/time/time.h"
#include "storage/base/concat.h"

namespace setpoint::storage {
namespace {

// The length of the well-formed UTF-8 sequence at the beginning of `text`, 0 where there is none. Sequences that a
// terminal or a reader of lines takes for control (U+0080 to U+009F, U+2028, U+2029) count as not well-formed.
size_t CharacterLength(std::string_view text) {
  const auto byte = [text](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto follows = [&byte](size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned first = byte(0);
  if (first < 0x80) return first < 0x20 || first == 0x7F ? 0 : 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) && (first != 0xC2 || byte(1) >= 0xA0) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    if (!follows(1) || !follows(2)) return 0;
    if (first == 0xE0 && byte(1) < 0xA0) return 0;
    if (first == 0xED && byte(1) > 0x9F) return 0;
    const bool separates_lines = first == 0xE2 && byte(1) == 0x80 && (byte(2) == 0xA8 || byte(2) == 0xA9);
    return separates_lines ? 0 : 3;
  }
  if (first < 0xF0 || first > 0xF4 || !follows(1) || !follows(2) || !follows(3)) return 0;
  if ((first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) > 0x8F)) return 0;
  return 4;
}

// `quote` is escaped too; 0: nothing is quoted. In JSON a byte that is no character becomes `\u00XX`.
void AppendEscaped(std::string& line, std::string_view text, LogFormat format, char quote) {
  while (!text.empty()) {
    const char c = text.front();
    const size_t length = CharacterLength(text);
    if (length > 0) {
      if (quote != 0 && (c == quote || c == '\\')) line.push_back('\\');
      line.append(text.substr(0, length));
      text.remove_prefix(length);
      continue;
    }
    if (c == '\n' || c == '\r' || c == '\t') {
      line.append(c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t");
    } else {
      char code[8];
      std::snprintf(code, sizeof code, format == LogFormat::kJson ? "\\u%04x" : "\\x%02x",
                    static_cast<unsigned>(static_cast<unsigned char>(c)));
      line.append(code);
    }
    text.remove_prefix(1);
  }
}

bool IsPlain(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_./:{}@+,%#*").find(c) != std::string_view::npos;
  });
}

void AppendQuoted(std::string& line, std::string_view text, LogFormat format) {
  line.push_back('"');
  AppendEscaped(line, text, format, '"');
  line.push_back('"');
}

template <typename Number>
void AppendNumber(std::string& line, Number number) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, number);
  line.append(digits, end.ptr);
}

void AppendValue(std::string& line, const LogField& field, LogFormat format) {
  if (const auto* text = std::get_if<std::string_view>(&field.value)) {
    if (format == LogFormat::kText && IsPlain(*text)) {
      line.append(*text);
    } else {
      AppendQuoted(line, *text, format);
    }
  } else if (const auto* whole = std::get_if<int64_t>(&field.value)) {
    AppendNumber(line, *whole);
  } else if (const auto* natural = std::get_if<uint64_t>(&field.value)) {
    AppendNumber(line, *natural);
  } else {
    // Fixed, since readers of JSON differ about what else a number may look like.
    char digits[64];
    std::snprintf(digits, sizeof digits, "%.6f", std::get<double>(field.value));
    line.append(digits);
  }
}

std::string TimeText(int64_t microseconds) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", absl::FromUnixMicros(microseconds), absl::UTCTimeZone());
}

std::string TextLine(const LogRecord& record) {
  std::string line = Concat(TimeText(record.microseconds), " ", record.level, " ", record.room, ": ");
  AppendEscaped(line, record.message, LogFormat::kText, 0);
  for (const auto& fields : {record.fields, record.scope}) {
    for (const LogField& field : fields) {
      line.append(" ").append(field.name).append("=");
      AppendValue(line, field, LogFormat::kText);
    }
  }
  return line;
}

std::string JsonLine(const LogRecord& record) {
  std::string line = "{";
  const auto append = [&line](const LogField& field) {
    if (line.size() > 1) line.push_back(',');
    AppendQuoted(line, field.name, LogFormat::kJson);
    line.push_back(':');
    AppendValue(line, field, LogFormat::kJson);
  };
  const std::string time = TimeText(record.microseconds);
  append({"time", std::string_view(time)});
  append({"level", record.level});
  append({"room", record.room});
  append({"message", record.message});
  for (const LogField& field : record.fields) append(field);
  for (const LogField& field : record.scope) append(field);
  return line.append("}");
}

}  // namespace

std::string LogLine(LogFormat format, const LogRecord& record) {
  return format == LogFormat::kJson ? JsonLine(record) : TextLine(record);
}

}  // namespace setpoint::storage
