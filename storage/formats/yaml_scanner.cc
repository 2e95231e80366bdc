#include "storage/formats/yaml_scanner.h"

#include <algorithm>
#include <array>

#include "storage/formats/utf8.h"

namespace setpoint::storage {
namespace {

bool IsNameByte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-';
}

bool IsCommonByte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0x20 && byte < 0x7F) || byte == '\n';
}

// A character beyond ASCII that is no line break, mark or control character to libyaml.
bool IsCommonCharacter(std::string_view character) {
  if (character.size() == 2) return character >= "\xC2\xA0";
  if (character.size() != 3) return character.size() == 4;
  return character != "\xE2\x80\xA8" && character != "\xE2\x80\xA9" && character != "\xEF\xBB\xBF" &&
         character < "\xEF\xBF\xBE";
}

// Which bytes may begin a plain scalar whatever follows. '-' may too before a byte that is no blank, and ':' outside
// flow collections.
constexpr std::array<bool, 256> MakePlainStarts() {
  std::array<bool, 256> starts{};
  for (size_t byte = 0x21; byte < 256; ++byte) starts[byte] = true;
  for (const char c : std::string_view("-?:,[]{}#&*!|>'\"%@`")) starts[static_cast<unsigned char>(c)] = false;
  return starts;
}
constexpr std::array<bool, 256> kPlainStarts = MakePlainStarts();

std::string_view TrimmedRight(const char* begin, const char* end) {
  while (end > begin && end[-1] == ' ') --end;
  return {begin, static_cast<size_t>(end - begin)};
}

}  // namespace

bool HasOnlyCommonCharacters(std::string_view text) {
  constexpr size_t kBlock = 64;
  size_t at = 0;
  while (at < text.size()) {
    // Whole blocks without a branch, which the compiler turns into a few wide instructions.
    if (text.size() - at >= kBlock) {
      unsigned odd = 0;
      for (size_t i = 0; i < kBlock; ++i) odd |= IsCommonByte(text[at + i]) ? 0U : 1U;
      if (odd == 0) {
        at += kBlock;
        continue;
      }
    }
    const size_t end = std::min(at + kBlock, text.size());
    while (at < end) {
      if (IsCommonByte(text[at])) {
        ++at;
        continue;
      }
      const size_t size = Utf8CharacterSize(text.substr(at));
      if (size < 2 || !IsCommonCharacter(text.substr(at, size))) return false;
      at += size;
    }
  }
  return true;
}

bool YamlScanner::TakePlain(YamlScalar& scalar, bool& is_key) {
  const char* const begin = at_;
  is_key = false;
  const bool starts = kPlainStarts[static_cast<unsigned char>(*at_)];
  if (!starts && ((*at_ != '-' && *at_ != ':') || IsBlank(1))) return false;
  for (; at_ < end_ && *at_ != '\n'; ++at_) {
    if (*at_ == ':' && IsBlank(1)) {
      is_key = true;
      break;
    }
    if (*at_ == '#' && at_[-1] == ' ') break;
  }
  scalar = {.text = TrimmedRight(begin, at_), .style = ScalarStyle::kPlain};
  if (is_key) ++at_;
  return true;
}

bool YamlScanner::TakeLongPlain(Column parent, YamlScalar& scalar, uint32_t& last_line) {
  bool is_key = false;
  if (!TakePlain(scalar, is_key) || is_key) return false;
  buffer_.assign(scalar.text);
  last_line = line_;
  while (AtEndOfLine()) {
    const char* const end_of_text = at_;
    FindNextLine();
    // A comment ends the scalar, and so does what is no further to the right than its parent.
    if (column_ <= parent || *at_ == '#') {
      Rewind(end_of_text, last_line);
      break;
    }
    Rewind(end_of_text, last_line);
    FoldLines();
    const char* const begin = at_;
    for (; !AtEndOfLine(); ++at_) {
      if (*at_ == ':' && IsBlank(1)) return false;
      if (*at_ == '#' && at_[-1] == ' ') break;
    }
    buffer_ += TrimmedRight(begin, at_);
    last_line = line_;
  }
  scalar.text = document_.Keep(buffer_);
  return true;
}

bool YamlScanner::TakeFlowPlain(YamlScalar& scalar) {
  const char* const begin = at_;
  if (!kPlainStarts[static_cast<unsigned char>(Peek())] && !(Peek() == '-' && !IsBlank(1))) return false;
  for (;; ++at_) {
    const char c = Peek();
    if (c == '?') return false;  // May mean several things.
    if (c == '\n' || c == ',' || c == '[' || c == ']' || c == '{' || c == '}') break;
    if (c == '#' && at_[-1] == ' ') break;
    if (c != ':') continue;
    if (IsBlank(1)) break;
    if (std::string_view(",?[]{}").find(Peek(1)) != std::string_view::npos) return false;
  }
  scalar = {.text = TrimmedRight(begin, at_), .style = ScalarStyle::kPlain};
  return true;
}

bool YamlScanner::TakeQuoted(YamlScalar& scalar) {
  const char quote = *at_++;
  const char* begin = at_;
  scalar.style = ScalarStyle::kText;
  bool changed = false;  // The text differs from the source, and is put together in `buffer_`.
  for (; at_ < end_; ++at_) {
    const char c = *at_;
    if (c != quote && c != '\n' && (c != '\\' || quote != '"')) continue;
    const std::string_view before(begin, static_cast<size_t>(at_ - begin));
    if (c == quote && (quote == '"' || Peek(1) != '\'')) {
      ++at_;
      if (!changed) {
        scalar.text = before;
      } else {
        buffer_ += before;
        scalar.text = document_.Keep(buffer_);
      }
      return true;
    }
    if (!changed) buffer_.clear();
    changed = true;
    if (c == '\n') {
      buffer_ += TrimmedRight(begin, at_);
      FoldLines();
      begin = at_--;
      continue;
    }
    buffer_ += before;
    ++at_;
    if (AtEndOfLine()) {
      // An escaped line break is nothing. Empty lines behind it are rare.
      if (at_ == end_) return false;
      ++at_;
      ++line_;
      SkipSpaces();
      if (AtEndOfLine()) return false;
      begin = at_--;
      continue;
    }
    if (!AppendEscaped(c, Peek())) return false;
    begin = at_ + 1;
  }
  return false;
}

// From a line break inside a quoted or long plain scalar to the text behind it: one break is a space, more are one
// less.
void YamlScanner::FoldLines() {
  size_t breaks = 0;
  while (at_ < end_ && *at_ == '\n') {
    ++breaks;
    ++at_;
    ++line_;
    SkipSpaces();
  }
  buffer_.append(breaks == 1 ? 1 : breaks - 1, breaks == 1 ? ' ' : '\n');
}

// What stands in a quoted scalar behind a backslash, or behind a quote that is doubled.
bool YamlScanner::AppendEscaped(char mark, char c) {
  if (mark == '\'' || c == '"' || c == '\\' || c == '/' || c == ' ') {
    buffer_.push_back(c);
  } else if (c == 'n') {
    buffer_.push_back('\n');
  } else if (c == 't') {
    buffer_.push_back('\t');
  } else {
    return false;
  }
  return true;
}

bool YamlScanner::TakeName(std::string_view& name) {
  const char* const begin = ++at_;
  while (at_ < end_ && IsNameByte(*at_)) ++at_;
  name = {begin, static_cast<size_t>(at_ - begin)};
  const char c = Peek();
  return !name.empty() && (c == ' ' || c == '\n' || c == ',' || c == ']' || c == '}');
}

bool YamlScanner::TakeTextBlockHeader(bool& folded, char& chomping) {
  folded = *at_++ == '>';
  chomping = ' ';
  if (Peek() == '-' || Peek() == '+') chomping = *at_++;
  SkipSpaces();
  if (!AtEndOfLine()) {
    if (*at_ != '#' || at_[-1] != ' ') return false;
    at_ = EndOfLine();
  }
  if (at_ == end_) return false;
  ++at_;
  ++line_;
  return true;
}

// The column of the first line that is not empty. False where an empty line before it is longer, or no such line stands
// to the right of `parent`.
bool YamlScanner::FindTextIndent(Column parent, Column& indent) {
  Column longest = 0;
  const char* at = at_;
  while (true) {
    const char* const begin = at;
    while (at < end_ && *at == ' ') ++at;
    indent = static_cast<Column>(at - begin);
    if (at == end_) return false;
    if (*at != '\n') return indent > parent && indent > 0 && longest <= indent;
    longest = std::max(longest, indent);
    ++at;
  }
}

bool YamlScanner::TakeTextBlock(Column parent, YamlScalar& scalar, uint32_t& last_line) {
  bool folded = false;
  char chomping = ' ';
  Column indent = 0;
  if (!TakeTextBlockHeader(folded, chomping) || !FindTextIndent(parent, indent)) return false;
  buffer_.clear();
  size_t breaks = 0;           // Not yet written: of the last line, and of the empty ones behind it.
  bool last_indented = false;  // The last line began with a blank.
  bool any = false;
  while (at_ < end_) {
    const char* const begin = at_;
    while (at_ < end_ && *at_ == ' ' && at_ - begin < indent) ++at_;
    if (AtEnd()) break;
    if (*at_ == '\n') {
      ++breaks;
    } else if (at_ - begin < indent) {
      at_ = begin;
      break;
    } else {
      const bool indented = *at_ == ' ';
      if (folded && any && breaks > 0 && !last_indented && !indented) {
        if (breaks == 1) buffer_.push_back(' ');
        --breaks;
      }
      buffer_.append(breaks, '\n');
      const char* const end = EndOfLine();
      buffer_.append(at_, static_cast<size_t>(end - at_));
      at_ = end;
      last_indented = indented;
      any = true;
      breaks = AtEnd() ? 0 : 1;
    }
    last_line = line_;
    if (AtEnd()) break;
    ++at_;
    ++line_;
  }
  if (chomping == '+') buffer_.append(breaks, '\n');
  if (chomping == ' ' && breaks > 0) buffer_.push_back('\n');
  scalar = {.text = document_.Keep(buffer_), .style = ScalarStyle::kText};
  return true;
}

}  // namespace setpoint::storage
