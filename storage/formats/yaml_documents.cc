#include "storage/formats/yaml_documents.h"

#include <algorithm>

#include "storage/formats/yaml_lines.h"

namespace setpoint::storage {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// The line that `text` begins with, its break included.
std::string_view FirstLine(std::string_view text, bool only_newlines) {
  if (only_newlines) return text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1);
  for (size_t at = 0; at < text.size(); ++at) {
    const size_t size = YamlBreakSize(text.substr(at));
    if (size != 0) return text.substr(0, at + size);
  }
  return text;
}

std::string_view WithoutMark(std::string_view line) {
  if (line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  return line;
}

bool IsMarker(std::string_view line, std::string_view marker) {
  if (!line.starts_with(marker)) return false;
  line.remove_prefix(marker.size());
  return line.empty() || line[0] == ' ' || line[0] == '\t' || YamlBreakSize(line) != 0;
}

bool IsBlank(std::string_view line) { return line.find_first_not_of(" \t\r\n") == std::string_view::npos; }

// A line that may stand before a document's `---` without being part of the document before.
bool IsPreamble(std::string_view line) {
  line = WithoutMark(line);
  if (line.starts_with('%')) return true;
  const size_t first = line.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos || line[first] == '#';
}

// Whether a marker's line holds nothing but the marker and a comment.
bool IsBareMarker(std::string_view line, std::string_view marker) {
  line = WithoutMark(line);
  if (!IsMarker(line, marker)) return false;
  line.remove_prefix(marker.size());
  const size_t first = line.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos || line[first] == '#';
}

// The lines of `text`, which has so many newlines, without blank lines and bare markers at either end.
LineRange TrimmedLines(std::string_view text, uint32_t first_line, uint32_t newlines) {
  LineRange lines{.first = first_line, .last = first_line + newlines};
  if (text.ends_with('\n')) --lines.last;
  bool marker_seen = false;
  while (!text.empty()) {
    const std::string_view line = FirstLine(text, true);
    const bool marker = !marker_seen && IsBareMarker(line, "---");
    if (!marker && !IsBlank(line)) break;
    marker_seen = marker_seen || marker;
    text.remove_prefix(line.size());
    if (line.ends_with('\n')) ++lines.first;
  }
  while (!text.empty()) {
    const size_t before = text.ends_with('\n') ? text.size() - 1 : text.size();
    const size_t newline = before == 0 ? std::string_view::npos : text.rfind('\n', before - 1);
    const size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
    if (!IsBlank(text.substr(begin)) && !IsBareMarker(text.substr(begin), "...")) break;
    text = text.substr(0, begin);
    --lines.last;
  }
  lines.last = std::max(lines.last, lines.first);
  return lines;
}

}  // namespace

YamlDocumentSplitter::YamlDocumentSplitter(std::string_view stream)
    : rest_(stream), only_newlines_(HasOnlyNewlines(stream)) {}

bool YamlDocumentSplitter::Next(YamlDocumentText& document) {
  if (rest_.empty()) return false;
  size_t size = 0;
  uint32_t newlines = 0;
  bool preamble = true;  // Nothing of the document itself yet.
  bool ended = false;
  while (size < rest_.size() && !ended) {
    const std::string_view line = FirstLine(rest_.substr(size), only_newlines_);
    // Nearly every line begins with a byte that begins no marker.
    if (preamble || line[0] == '-' || line[0] == '.' || line[0] == kByteOrderMark[0]) {
      const std::string_view text = WithoutMark(line);
      const bool marked = text.size() != line.size();
      const bool begins = IsMarker(text, "---");
      if (size != 0 && (marked || (begins && !preamble))) break;
      ended = IsMarker(line, "...");
      preamble = preamble && !begins && IsPreamble(line);
    }
    size += line.size();
    newlines += line.ends_with('\n') ? 1 : 0;
  }
  document.text = rest_.substr(0, size);
  document.first_line = line_;
  document.lines = TrimmedLines(document.text, line_, newlines);
  line_ += newlines;
  rest_.remove_prefix(size);
  return true;
}

}  // namespace setpoint::storage
