// The cursor of the fast YAML reader: lines, columns and scalars of the common kind. Every Take… function returns
// false, with the cursor anywhere, where it meets something that is not common.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "storage/formats/document.h"
#include "storage/formats/yaml_nodes.h"

namespace setpoint::storage {

// Whether every character is a newline or one that libyaml takes as an ordinary part of a line: no tab or other control
// character, no other line break, no byte order mark. `text` is valid UTF-8.
bool HasOnlyCommonCharacters(std::string_view text);

class YamlScanner {
 public:
  // Signed: kOutside is left of everything, the end of the text included.
  using Column = int32_t;
  static constexpr Column kOutside = -1;

  // `text` and `document` outlive the scanner; what scalars hold lives as long as both.
  YamlScanner(std::string_view text, uint32_t first_line, Document& document)
      : at_(text.data()), end_(text.data() + text.size()), line_(first_line), document_(document) {}

  uint32_t line() const { return line_; }
  // Of the content that the last line search found.
  Column column() const { return column_; }
  void set_column(Column column) { column_ = column; }
  const char* at() const { return at_; }
  void Rewind(const char* at, uint32_t line) {
    at_ = at;
    line_ = line;
  }
  bool AtEnd() const { return at_ == end_; }

  // The byte ahead; a newline at the end of the text.
  char Peek(ptrdiff_t ahead = 0) const { return end_ - at_ > ahead ? at_[ahead] : '\n'; }
  bool IsBlank(ptrdiff_t ahead) const { return Peek(ahead) == ' ' || Peek(ahead) == '\n'; }
  bool AtEndOfLine() const { return Peek() == '\n'; }
  bool IsEntry() const { return Peek() == '-' && IsBlank(1); }
  bool IsMarker(std::string_view marker) const {
    return std::string_view(at_, static_cast<size_t>(end_ - at_)).starts_with(marker) && IsBlank(3);
  }
  void Advance(ptrdiff_t bytes = 1) { at_ += bytes; }
  void SkipSpaces() {
    while (at_ < end_ && *at_ == ' ') ++at_;
  }

  // Inside a flow collection: blanks, line breaks and comments.
  void SkipFlowSpace() {
    SkipSpaces();
    while (at_ < end_ && (*at_ == '\n' || (*at_ == '#' && (at_[-1] == ' ' || at_[-1] == '\n')))) {
      if (*at_ == '#') at_ = EndOfLine();
      if (at_ == end_) return;
      ++at_;
      ++line_;
      SkipSpaces();
    }
  }

  // From the beginning of a line, or the end of one, to the first byte that is neither blank nor in a comment.
  void FindContent() {
    if (!FindContentOnLine()) FindNextContent();
  }
  void FindNextContent() {
    while (at_ < end_) {
      ++at_;  // The line break.
      ++line_;
      if (FindContentOnLine()) return;
    }
    column_ = kOutside;
  }

  // After a value nothing but a comment may follow on its line; goes on to the next content.
  bool FinishLine() {
    SkipSpaces();
    if (!AtEndOfLine()) {
      if (*at_ != '#' || at_[-1] != ' ') return false;
      at_ = EndOfLine();
    }
    FindNextContent();
    return true;
  }

  // A plain scalar up to the end of the line, a comment or ": ", without blanks behind it. `is_key`: it ended at ": ",
  // which is taken too.
  bool TakePlain(YamlScalar& scalar, bool& is_key);
  // A plain scalar that goes on to the right of `parent` on the lines below, folded into one line.
  bool TakeLongPlain(Column parent, YamlScalar& scalar, uint32_t& last_line);
  // One inside a flow collection, where brackets and commas end it too; a colon is not taken.
  bool TakeFlowPlain(YamlScalar& scalar);
  // A scalar in single or double quotes, perhaps of several lines.
  bool TakeQuoted(YamlScalar& scalar);
  // A name behind '&' or '*', which is the byte at hand.
  bool TakeName(std::string_view& name);
  // A block of text, from its '|' or '>' to the beginning of the line behind it. `parent`: the column of what it is a
  // value of. `last_line`: the last line of it, empty ones behind it included.
  bool TakeTextBlock(Column parent, YamlScalar& scalar, uint32_t& last_line);

 private:
  const char* EndOfLine() const {
    const void* const newline = std::memchr(at_, '\n', static_cast<size_t>(end_ - at_));
    return newline == nullptr ? end_ : static_cast<const char*>(newline);
  }
  // Whether the line that begins here has content; else goes to its end.
  bool FindContentOnLine() {
    const char* const begin = at_;
    SkipSpaces();
    if (AtEndOfLine()) return false;
    if (*at_ == '#') {
      at_ = EndOfLine();
      return false;
    }
    column_ = static_cast<Column>(at_ - begin);
    return true;
  }
  // From the end of a line to the next byte that is no blank, be it in a comment; `column_` is kOutside where there is
  // none.
  void FindNextLine() {
    column_ = kOutside;
    while (at_ < end_) {
      const char* const begin = ++at_;
      ++line_;
      SkipSpaces();
      if (AtEndOfLine()) continue;
      column_ = static_cast<Column>(at_ - begin);
      return;
    }
  }
  void FoldLines();
  bool AppendEscaped(char mark, char c);
  bool TakeTextBlockHeader(bool& folded, char& chomping);
  bool FindTextIndent(Column parent, Column& indent);

  const char* at_;
  const char* end_;
  uint32_t line_;
  Column column_ = kOutside;
  Document& document_;
  std::string buffer_;
};

}  // namespace setpoint::storage
