#include "query/time_text.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "absl/time/civil_time.h"
#include "query/text.h"

namespace setpoint::query {
namespace {

constexpr int64_t kFirstSecond = -62'167'219'200;  // 0000-01-01T00:00:00Z
constexpr int64_t kLastSecond = 253'402'300'799;   // 9999-12-31T23:59:59Z

// The number that exactly these characters write; nothing where one is no digit.
std::optional<int> Digits(std::string_view text, size_t begin, size_t count) {
  if (text.size() < begin + count) return std::nullopt;
  int number = 0;
  for (const char c : text.substr(begin, count)) {
    if (!IsDigit(c)) return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

// Seconds east of UTC that "Z" or "+hh:mm" stands for.
std::optional<int> ParseOffset(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  const auto hours = Digits(text, 1, 2);
  const auto minutes = Digits(text, 4, 2);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const int offset = *hours * 3600 + *minutes * 60;
  return text[0] == '-' ? -offset : offset;
}

std::optional<int64_t> DaySeconds(std::string_view text) {
  const auto year = Digits(text, 0, 4);
  const auto month = Digits(text, 5, 2);
  const auto day = Digits(text, 8, 2);
  if (!year || !month || !day || text[4] != '-' || text[7] != '-') return std::nullopt;
  const absl::CivilDay civil(*year, *month, *day);
  if (civil.month() != *month || civil.day() != *day) return std::nullopt;  // 31 February was normalised.
  return (civil - absl::CivilDay(1970, 1, 1)) * 86'400;
}

std::optional<int64_t> ParseAbsolute(std::string_view text) {
  if (text.size() < 10) return std::nullopt;
  const auto midnight = DaySeconds(text);
  if (!midnight) return std::nullopt;
  if (text.size() == 10) return midnight;
  if (text.size() < 20 || text[13] != ':' || text[16] != ':') return std::nullopt;
  if (text[10] != 'T' && text[10] != 't' && text[10] != ' ') return std::nullopt;
  const auto hour = Digits(text, 11, 2);
  const auto minute = Digits(text, 14, 2);
  const auto second = Digits(text, 17, 2);
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  size_t end = 19;
  if (text[end] == '.') {
    const size_t first = ++end;
    while (end < text.size() && IsDigit(text[end])) ++end;
    if (end == first) return std::nullopt;
  }
  const auto offset = ParseOffset(text.substr(end));
  if (!offset) return std::nullopt;
  return *midnight + int64_t{*hour} * 3600 + int64_t{*minute} * 60 + *second - *offset;
}

std::optional<int64_t> UnitSeconds(std::string_view unit) {
  struct Unit {
    std::string_view word;
    int64_t seconds;
  };
  static constexpr std::array<Unit, 12> kUnits = {{{"s", 1},
                                                   {"sec", 1},
                                                   {"second", 1},
                                                   {"m", 60},
                                                   {"min", 60},
                                                   {"minute", 60},
                                                   {"h", 3600},
                                                   {"hour", 3600},
                                                   {"d", 86'400},
                                                   {"day", 86'400},
                                                   {"w", 604'800},
                                                   {"week", 604'800}}};
  if (unit.size() > 1) ConsumeSuffix(unit, "s");
  const auto* found = std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& each) { return each.word == unit; });
  if (found == kUnits.end()) return std::nullopt;
  return found->seconds;
}

std::optional<int64_t> ParseRelative(std::string_view text, int64_t now) {
  if (!ConsumeSuffix(text, "ago")) return std::nullopt;
  const std::string_view before = StripTrailingBlanks(text);
  if (before.size() == text.size()) return std::nullopt;  // "2hago"
  const size_t digits = std::min(before.find_first_not_of("0123456789"), before.size());
  const auto count = ParseNumber<int32_t>(before.substr(0, digits));
  if (digits == 0 || !count) return std::nullopt;
  const auto unit = UnitSeconds(StripLeadingBlanks(before.substr(digits)));
  if (!unit) return std::nullopt;
  return now - *count * *unit;
}

}  // namespace

std::string FormatTime(int64_t seconds) {
  // Most answers show several times: no general formatting here.
  const int64_t clamped = std::clamp(seconds, kFirstSecond, kLastSecond);
  const std::chrono::sys_seconds time{std::chrono::seconds(clamped)};
  const auto midnight = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(midnight);
  const auto of_day = static_cast<unsigned>((time - midnight).count());
  std::string text = "0000-00-00T00:00:00Z";
  const auto put = [&text](size_t end, unsigned number) {
    for (; number > 0; number /= 10) text[--end] = static_cast<char>('0' + number % 10);
  };
  put(4, static_cast<unsigned>(static_cast<int>(date.year())));
  put(7, static_cast<unsigned>(date.month()));
  put(10, static_cast<unsigned>(date.day()));
  put(13, of_day / 3600);
  put(16, of_day / 60 % 60);
  put(19, of_day % 60);
  return text;
}

std::optional<int64_t> ParseTime(std::string_view text, int64_t now) {
  if (const auto absolute = ParseAbsolute(text)) return absolute;
  return ParseRelative(text, now);
}

}  // namespace setpoint::query
