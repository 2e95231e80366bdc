// Lines of YAML text. YAML 1.1, and with it libyaml, also breaks lines at a lone CR, NEL, LS and PS; people and `get -o
// raw` count "\n" only.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace setpoint::storage {

// The length of the line break, in libyaml's sense, that `text` begins with; 0 where it begins with none.
size_t YamlBreakSize(std::string_view text);

// Whether every line break of the text is "\n" or "\r\n".
bool HasOnlyNewlines(std::string_view text);

// Turns libyaml's line numbers (from 0, of a stretch of text) into those of the file (from 1).
class YamlLines {
 public:
  YamlLines(std::string_view text, uint32_t first_line);

  uint32_t FileLine(size_t parser_line) const;

 private:
  uint32_t first_line_;
  std::vector<uint32_t> newlines_before_;  // For each of libyaml's lines; empty where they are the same.
};

}  // namespace setpoint::storage
