#include "storage/formats/yaml_lines.h"

#include <algorithm>

namespace setpoint::storage {

size_t YamlBreakSize(std::string_view text) {
  if (text.empty()) return 0;
  if (text[0] == '\n') return 1;
  if (text[0] == '\r') return text.starts_with("\r\n") ? 2 : 1;
  if (text.starts_with("\xC2\x85")) return 2;
  if (text.starts_with("\xE2\x80\xA8") || text.starts_with("\xE2\x80\xA9")) return 3;
  return 0;
}

bool HasOnlyNewlines(std::string_view text) {
  for (size_t at = text.find('\r'); at != std::string_view::npos; at = text.find('\r', at + 1)) {
    if (!text.substr(at).starts_with("\r\n")) return false;
  }
  for (const std::string_view mark : {"\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"}) {
    if (text.find(mark) != std::string_view::npos) return false;
  }
  return true;
}

YamlLines::YamlLines(std::string_view text, uint32_t first_line) : first_line_(first_line) {
  if (HasOnlyNewlines(text)) return;
  uint32_t newlines = 0;
  newlines_before_.push_back(newlines);
  for (size_t at = 0; at < text.size();) {
    const size_t size = YamlBreakSize(text.substr(at));
    if (size == 0) {
      ++at;
      continue;
    }
    if (text[at + size - 1] == '\n') ++newlines;
    newlines_before_.push_back(newlines);
    at += size;
  }
}

uint32_t YamlLines::FileLine(size_t parser_line) const {
  if (newlines_before_.empty()) return first_line_ + static_cast<uint32_t>(parser_line);
  return first_line_ + newlines_before_[std::min(parser_line, newlines_before_.size() - 1)];
}

}  // namespace setpoint::storage
