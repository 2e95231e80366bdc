#include "storage/formats/hcl_scanner.h"

#include <algorithm>
#include <array>
#include <utility>

#include "storage/base/hex.h"
#include "storage/formats/reason.h"
#include "storage/formats/utf8.h"

namespace setpoint::storage {
namespace {

enum ByteClass : uint8_t { kNothing = 0, kWordStart = 1, kDigit = 2, kWordPart = 4 };

constexpr std::array<uint8_t, 256> MakeClasses() {
  std::array<uint8_t, 256> classes{};
  for (size_t c = 0; c < classes.size(); ++c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
    const bool digit = c >= '0' && c <= '9';
    if (letter) classes[c] = kWordStart | kWordPart;
    if (digit) classes[c] = kDigit | kWordPart;
    if (c == '-') classes[c] = kWordPart;
  }
  return classes;
}
constexpr std::array<uint8_t, 256> kClasses = MakeClasses();

bool Is(char c, ByteClass wanted) { return (kClasses[static_cast<unsigned char>(c)] & wanted) != 0; }

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\r'; }

}  // namespace

void HclScanner::Begin(std::string_view text, uint32_t first_line) {
  text_ = text;
  at_ = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  line_ = first_line;
  status_ = absl::OkStatus();
}

void HclScanner::Fail(std::string_view problem) {
  if (status_.ok()) status_ = BadText(line_, problem);
  at_ = text_.size();
}

void HclScanner::Fail(absl::Status status) {
  if (status_.ok()) status_ = std::move(status);
  at_ = text_.size();
}

void HclScanner::SkipSpace() {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (IsSpace(c)) {
      ++at_;
    } else if (c == '#' || c == '/') {
      if (!SkipComment()) return;
    } else {
      return;
    }
  }
}

void HclScanner::SkipSpaceAndLines() {
  while (true) {
    SkipSpace();
    if (!TakeLineEnd()) return;
  }
}

bool HclScanner::TakeLineEnd() {
  if (at_ >= text_.size() || text_[at_] != '\n') return false;
  ++at_;
  ++line_;
  return true;
}

// A comment of one line ends before its line end, which may mean something.
bool HclScanner::SkipComment() {
  if (text_[at_] == '#' || Peek(1) == '/') {
    at_ = std::min(text_.find('\n', at_), text_.size());
    return true;
  }
  if (Peek(1) != '*') return false;
  const size_t end = text_.find("*/", at_ + 2);
  if (end == std::string_view::npos) {
    Fail("a comment without an end");
    return false;
  }
  line_ += static_cast<uint32_t>(
      std::count(text_.begin() + static_cast<ptrdiff_t>(at_), text_.begin() + static_cast<ptrdiff_t>(end), '\n'));
  at_ = end + 2;
  return true;
}

bool HclScanner::AtWord() const { return at_ < text_.size() && Is(text_[at_], kWordStart); }

std::string_view HclScanner::TakeWord() {
  const size_t begin = at_;
  if (!AtWord()) return {};
  while (at_ < text_.size() && Is(text_[at_], kWordPart)) ++at_;
  return text_.substr(begin, at_ - begin);
}

std::string_view HclScanner::TakeNumber() {
  const size_t begin = at_;
  const auto take_digits = [this] {
    while (at_ < text_.size() && Is(text_[at_], kDigit)) ++at_;
  };
  take_digits();
  if (Peek() == '.' && Is(Peek(1), kDigit)) {
    ++at_;
    take_digits();
  }
  if (Peek() == 'e' || Peek() == 'E') {
    const size_t sign = Peek(1) == '+' || Peek(1) == '-' ? 1 : 0;
    if (Is(Peek(1 + sign), kDigit)) {
      at_ += 1 + sign;
      take_digits();
    }
  }
  return text_.substr(begin, at_ - begin);
}

bool HclScanner::TakeHeredocMarker(Heredoc& heredoc) {
  heredoc.is_flush = Take('-');
  heredoc.marker = TakeWord();
  if (heredoc.marker.empty()) {
    Fail("a heredoc without a marker");
    return false;
  }
  while (Peek() == '\r') ++at_;
  if (TakeLineEnd()) return true;
  Fail("a heredoc's marker is followed by more than its line's end");
  return false;
}

bool HclScanner::TakeClosingMarker(std::string_view marker) {
  size_t begin = at_;
  while (begin < text_.size() && IsSpace(text_[begin])) ++begin;
  if (!text_.substr(begin).starts_with(marker)) return false;
  size_t end = begin + marker.size();
  const size_t behind = end;
  while (end < text_.size() && IsSpace(text_[end])) ++end;
  if (end < text_.size() && text_[end] != '\n') return false;
  at_ = behind;
  return true;
}

void HclScanner::TakeEscape(std::string& out) {
  const char letter = Peek();
  ++at_;
  switch (letter) {
    case 'n':
      return out.push_back('\n');
    case 'r':
      return out.push_back('\r');
    case 't':
      return out.push_back('\t');
    case '"':
    case '\\':
      return out.push_back(letter);
    case 'u':
    case 'U':
      break;
    default:
      return Fail("an unknown escape in a string");
  }
  uint32_t character = 0;
  for (int digits = letter == 'u' ? 4 : 8; digits > 0; --digits, ++at_) {
    const int digit = HexDigitValue(Peek());
    if (digit < 0) return Fail("an escape without its hex digits");
    character = character << 4 | static_cast<uint32_t>(digit);
  }
  if (character > 0x10FFFF || (character >= 0xD800 && character < 0xE000)) {
    return Fail("an escape that is no character");
  }
  AppendUtf8(out, character);
}

}  // namespace setpoint::storage
