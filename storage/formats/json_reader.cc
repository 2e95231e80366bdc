#include "storage/formats/json_reader.h"

#include <algorithm>
#include <string>
#include <vector>

#include "storage/base/hex.h"
#include "storage/base/limits.h"
#include "storage/formats/numbers.h"
#include "storage/formats/reason.h"
#include "storage/formats/utf8.h"

namespace setpoint::storage {
namespace {

bool IsNumberByte(char c) { return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E'; }

// A loop over the text with a stack of open collections: depth costs no stack of the thread. After an error (`status_`)
// every step returns at once.
class JsonParser {
 public:
  JsonParser(std::string_view text, Document& document, JsonDialect dialect)
      : text_(text), document_(document), dialect_(dialect) {}

  absl::Status Parse() {
    do {
      ReadValue();
      if (expects_value_) continue;
      while (Ok() && !open_.empty() && !expects_value_) ReadAfterValue();
    } while (Ok() && expects_value_);
    SkipSpace();
    if (Ok() && at_ < text_.size()) Fail("more text after the value");
    return status_;
  }

 private:
  bool Ok() const { return status_.ok(); }
  void Fail(std::string_view problem) {
    if (Ok()) status_ = BadText(line_, problem);
  }
  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool TakeByte(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void SkipSpace() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n') {
        ++line_;
      } else if (c == '/') {
        if (!SkipComment()) return;
        continue;
      } else if (c != ' ' && c != '\t' && c != '\r') {
        return;
      }
      ++at_;
    }
  }

  bool SkipComment() {
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with("//")) {
      at_ = std::min(text_.find('\n', at_), text_.size());
      return true;
    }
    if (!rest.starts_with("/*")) return false;
    const size_t end = text_.find("*/", at_ + 2);
    if (end == std::string_view::npos) {
      Fail("a comment without an end");
      return false;
    }
    for (; at_ < end; ++at_) line_ += text_[at_] == '\n' ? 1 : 0;
    at_ = end + 2;
    return true;
  }

  // One scalar, or the beginning of a collection up to where its first value is expected.
  void ReadValue() {
    expects_value_ = false;
    SkipSpace();
    switch (Peek()) {
      case '{':
        return Open(NodeKind::kMapping);
      case '[':
        return Open(NodeKind::kSequence);
      case '"':
        return ReadString();
      case 't':
        return ReadLiteral("true");
      case 'f':
        return ReadLiteral("false");
      case 'n':
        return ReadLiteral("null");
      default:
        return ReadNumber();
    }
  }

  void ReadAfterValue() {
    SkipSpace();
    const bool mapping = document_[open_.back()].kind == NodeKind::kMapping;
    const bool comma = TakeByte(',');
    if (comma) SkipSpace();
    if (TakeByte(mapping ? '}' : ']')) return CloseTop();
    if (!comma) return Fail(mapping ? "expected ',' or '}'" : "expected ',' or ']'");
    if (mapping) ReadKey();
    expects_value_ = true;
  }

  void ReadKey() {
    if (Peek() != '"') return Fail("expected a key in double quotes");
    ReadString();
    SkipSpace();
    if (!TakeByte(':')) Fail("expected ':' after a key");
  }

  void Open(NodeKind kind) {
    if (open_.size() >= kDocumentDepthMax) {
      status_ = TooDeep(line_);
      return;
    }
    ++at_;
    open_.push_back(document_.Add(kind, line_));
    CheckBounds();
    SkipSpace();
    const bool mapping = kind == NodeKind::kMapping;
    if (TakeByte(mapping ? '}' : ']')) return CloseTop();
    if (mapping) ReadKey();
    expects_value_ = true;
  }

  void CloseTop() {
    document_.Close(open_.back());
    document_.at(open_.back()).last_line = line_;
    open_.pop_back();
  }

  void ReadLiteral(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return Fail("expected a value");
    at_ += word.size();
    AddScalar(word, ScalarStyle::kLiteral);
  }

  void ReadNumber() {
    const size_t begin = at_;
    while (at_ < text_.size() && IsNumberByte(text_[at_])) ++at_;
    const std::string_view number = text_.substr(begin, at_ - begin);
    if (!IsJsonNumber(number)) return Fail(number.empty() ? "expected a value" : "not a number");
    AddScalar(number, ScalarStyle::kNumber);
  }

  void ReadString() {
    const size_t begin = ++at_;
    SkipPlainBytes();
    if (Peek() == '"') {
      AddScalar(text_.substr(begin, at_ - begin), ScalarStyle::kText);
      ++at_;
      return;
    }
    unescaped_.assign(text_.substr(begin, at_ - begin));
    while (Ok() && !TakeByte('"')) {
      const size_t from = at_;
      SkipPlainBytes();
      unescaped_.append(text_.substr(from, at_ - from));
      if (at_ >= text_.size()) return Fail("a string without an end");
      if (text_[at_] == '\\') {
        ReadEscape();
      } else if (text_[at_] != '"') {
        return Fail("a control character in a string");
      }
    }
    AddScalar(document_.Keep(unescaped_), ScalarStyle::kText);
  }

  // Up to a quote, a backslash or a control character.
  void SkipPlainBytes() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"' || c == '\\' || (static_cast<unsigned char>(c) < 0x20 && !IsPlainControl(c))) return;
      line_ += c == '\n' ? 1 : 0;
      ++at_;
    }
  }

  bool IsPlainControl(char c) const { return dialect_ == JsonDialect::kArm && (c == '\n' || c == '\r' || c == '\t'); }

  void ReadEscape() {
    ++at_;
    const char letter = Peek();
    ++at_;
    switch (letter) {
      case '"':
      case '\\':
      case '/':
        return unescaped_.push_back(letter);
      case 'b':
        return unescaped_.push_back('\b');
      case 'f':
        return unescaped_.push_back('\f');
      case 'n':
        return unescaped_.push_back('\n');
      case 'r':
        return unescaped_.push_back('\r');
      case 't':
        return unescaped_.push_back('\t');
      case 'u':
        return ReadUnicodeEscape();
      default:
        return Fail("an unknown escape in a string");
    }
  }

  void ReadUnicodeEscape() {
    uint32_t character = ReadHexDigits();
    if (character >= 0xD800 && character < 0xDC00) {
      const bool pair = TakeByte('\\') && TakeByte('u');
      const uint32_t low = pair ? ReadHexDigits() : 0;
      if (low < 0xDC00 || low > 0xDFFF) return Fail("a lone surrogate in a string");
      character = 0x10000 + ((character - 0xD800) << 10) + (low - 0xDC00);
    } else if (character >= 0xDC00 && character <= 0xDFFF) {
      return Fail("a lone surrogate in a string");
    }
    AppendUtf8(unescaped_, character);
  }

  uint32_t ReadHexDigits() {
    uint32_t value = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const int digit = HexDigitValue(Peek());
      if (digit < 0) {
        Fail("\\u without four hex digits");
        return 0;
      }
      value = value << 4 | static_cast<uint32_t>(digit);
    }
    return value;
  }

  void AddScalar(std::string_view text, ScalarStyle style) {
    document_.AddScalar(text, style, line_);
    CheckBounds();
  }

  void CheckBounds() {
    if (Ok() && document_.size() > kDocumentNodesMax) status_ = TooLarge(line_, "too many nodes");
  }

  std::string_view text_;
  Document& document_;
  const JsonDialect dialect_;
  size_t at_ = 0;
  uint32_t line_ = 1;
  bool expects_value_ = false;
  std::vector<NodeIndex> open_;
  std::string unescaped_;
  absl::Status status_;
};

}  // namespace

absl::Status ReadJson(std::string_view text, Document& document, JsonDialect dialect) {
  document.Clear();
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return JsonParser(text, document, dialect).Parse();
}

}  // namespace setpoint::storage
