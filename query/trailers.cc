#include "query/trailers.h"

#include <algorithm>
#include <utility>

#include "query/text.h"

namespace setpoint::query {
namespace {

constexpr char kComment = '#';

bool IsEmpty(std::string_view line) { return StripLeadingBlanks(line).empty(); }

std::string_view Trim(std::string_view text) { return StripTrailingBlanks(StripLeadingBlanks(text)); }

// Without their line feeds.
std::vector<std::string_view> LinesOf(std::string_view message) {
  std::vector<std::string_view> lines;
  while (!message.empty()) {
    const size_t end = message.find('\n');
    lines.push_back(message.substr(0, end));
    message = end == std::string_view::npos ? std::string_view() : message.substr(end + 1);
  }
  return lines;
}

// Where the ':' of a trailer stands: after letters, digits and '-', perhaps with spaces behind them. 0: it is none.
size_t SeparatorOf(std::string_view line) {
  bool has_space = false;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == ':') return i;
    if (!has_space && (IsLetter(c) || IsDigit(c) || c == '-')) continue;
    if (i == 0 || (c != ' ' && c != '\t')) return 0;
    has_space = true;
  }
  return 0;
}

bool IsGenerated(std::string_view line) {
  return line.starts_with("Signed-off-by: ") || line.starts_with("(cherry picked from commit ");
}

// The title is the first paragraph; `end` is behind it.
size_t EndOfTitle(const std::vector<std::string_view>& lines) {
  size_t at = 0;
  while (at < lines.size() && (lines[at].starts_with(kComment) || !IsEmpty(lines[at]))) ++at;
  return at;
}

// The last paragraph's first line, where the paragraph counts as one of trailers; else `end`.
size_t FirstTrailerLine(const std::vector<std::string_view>& lines, size_t title_end, size_t end) {
  size_t trailers = 0;
  size_t others = 0;
  size_t continuations = 0;  // Of whatever line stands above them.
  bool has_generated = false;
  for (size_t at = end; at-- > title_end;) {
    const std::string_view line = lines[at];
    if (line.starts_with(kComment)) {
      others += std::exchange(continuations, 0);
    } else if (IsEmpty(line)) {
      others += continuations;
      const bool counts = (has_generated && trailers * 3 >= others) || (trailers > 0 && others == 0);
      return counts ? at + 1 : end;
    } else if (IsGenerated(line)) {
      ++trailers;
      continuations = 0;
      has_generated = true;
    } else if (!IsBlank(line.front()) && SeparatorOf(line) > 0) {
      ++trailers;
      continuations = 0;
    } else if (IsBlank(line.front())) {
      ++continuations;
    } else {
      others += 1 + std::exchange(continuations, 0);
    }
  }
  return end;
}

}  // namespace

std::vector<Trailer> ParseTrailers(std::string_view message) {
  std::vector<std::string_view> lines = LinesOf(message);
  lines.erase(lines.begin(), std::find_if_not(lines.begin(), lines.end(), IsEmpty));
  size_t end = lines.size();
  while (end > 0 && (IsEmpty(lines[end - 1]) || lines[end - 1].starts_with(kComment))) --end;
  std::vector<Trailer> trailers;
  bool continues = false;  // The line before was a trailer.
  for (size_t at = FirstTrailerLine(lines, EndOfTitle(lines), end); at < end; ++at) {
    const std::string_view line = lines[at];
    if (!line.empty() && IsBlank(line.front())) {
      // A comment in between ends what could be continued.
      if (continues) trailers.back().value.append(" ").append(Trim(line));
      continue;
    }
    const size_t separator = SeparatorOf(line);
    continues = separator > 0;
    if (!continues) continue;
    trailers.push_back({std::string(Trim(line.substr(0, separator))), std::string(Trim(line.substr(separator + 1)))});
  }
  for (Trailer& each : trailers) each.value = std::string(Trim(each.value));
  return trailers;
}

}  // namespace setpoint::query
