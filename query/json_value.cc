#include "query/json_value.h"

#include <algorithm>
#include <optional>

#include "absl/status/status.h"
#include "query/json_writer.h"
#include "query/text.h"
#include "storage/base/concat.h"
#include "storage/base/limits.h"

namespace setpoint::query {
namespace {

// A tagged value is two levels deeper than what was written; this program's answers add a few of their own.
constexpr size_t kDepthMax = 4 * storage::kDocumentDepthMax;

void AppendUtf8(char32_t code, std::string& out) {
  const auto put = [&](char32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

char32_t HexFour(std::string_view text, size_t at) {
  char32_t code = 0;
  for (size_t i = at; i < at + 4 && i < text.size(); ++i) {
    const char c = text[i];
    const int digit = IsDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10;
    code = code << 4 | static_cast<char32_t>(digit);
  }
  return code;
}

// Reads one value after another from the front of `rest_`.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool ReadValue(size_t depth, JsonValue& value) {
    Skip();
    if (rest_.empty() || depth > kDepthMax) return false;
    const char* const begin = rest_.data();
    const bool good = ReadBody(depth, value);
    value.text = std::string_view(begin, static_cast<size_t>(rest_.data() - begin));
    return good;
  }

  bool AtEnd() {
    Skip();
    return rest_.empty();
  }

 private:
  bool ReadBody(size_t depth, JsonValue& value) {
    switch (rest_.front()) {
      case '{':
        value.kind = JsonValue::Kind::kObject;
        return ReadMembers(depth, value);
      case '[':
        value.kind = JsonValue::Kind::kArray;
        return ReadItems(depth, value);
      case '"':
        value.kind = JsonValue::Kind::kString;
        return ReadString().has_value();
      case 't':
        value.kind = JsonValue::Kind::kBool;
        return Word("true");
      case 'f':
        value.kind = JsonValue::Kind::kBool;
        return Word("false");
      case 'n':
        value.kind = JsonValue::Kind::kNull;
        return Word("null");
      default:
        value.kind = JsonValue::Kind::kNumber;
        return ReadNumber();
    }
  }

  bool ReadMembers(size_t depth, JsonValue& value) {
    rest_.remove_prefix(1);
    if (Take('}')) return true;
    do {
      Skip();
      const auto key = ReadString();
      if (!key || !Take(':')) return false;
      value.members.push_back({*key, JsonValue()});
      if (!ReadValue(depth + 1, value.members.back().value)) return false;
    } while (Take(','));
    return Take('}');
  }

  bool ReadItems(size_t depth, JsonValue& value) {
    rest_.remove_prefix(1);
    if (Take(']')) return true;
    do {
      if (!ReadValue(depth + 1, value.items.emplace_back())) return false;
    } while (Take(','));
    return Take(']');
  }

  std::optional<std::string_view> ReadString() {
    if (rest_.empty() || rest_.front() != '"') return std::nullopt;
    const size_t end = ClosingQuote(rest_, 0);
    if (end == rest_.size()) return std::nullopt;
    return Consume(end + 1);
  }

  bool ReadNumber() {
    const size_t end = std::min(rest_.find_first_not_of("+-.0123456789eE"), rest_.size());
    Consume(end);
    return end > 0;
  }

  bool Word(std::string_view word) {
    if (rest_.substr(0, word.size()) != word) return false;
    Consume(word.size());
    return true;
  }

  bool Take(char c) {
    Skip();
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void Skip() {
    while (!rest_.empty() && IsBlank(rest_.front())) rest_.remove_prefix(1);
  }

  std::string_view Consume(size_t size) {
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  std::string_view rest_;
};

}  // namespace

size_t ClosingQuote(std::string_view text, size_t begin) {
  size_t end = text.find('"', begin + 1);
  while (end != std::string_view::npos) {
    size_t slash = end;
    while (text[slash - 1] == '\\') --slash;
    if ((end - slash) % 2 == 0) return end;
    end = text.find('"', end + 1);
  }
  return text.size();
}

std::string UnescapeJsonString(std::string_view quoted) {
  const std::string_view text = quoted.substr(1, quoted.size() - 2);
  if (text.find('\\') == std::string_view::npos) return std::string(text);
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    switch (text[++i]) {
      case 'b':
        out += '\b';
        break;
      case 't':
        out += '\t';
        break;
      case 'n':
        out += '\n';
        break;
      case 'f':
        out += '\f';
        break;
      case 'r':
        out += '\r';
        break;
      case 'u': {
        char32_t code = HexFour(text, i + 1);
        i += 4;
        if (code >= 0xD800 && code < 0xDC00 && i + 6 < text.size() && text[i + 1] == '\\' && text[i + 2] == 'u') {
          code = 0x10000 + ((code - 0xD800) << 10) + (HexFour(text, i + 3) - 0xDC00);
          i += 6;
        }
        AppendUtf8(code, out);
        break;
      }
      default:
        out += text[i];
    }
  }
  return out;
}

std::string JsonValue::Scalar() const { return kind == Kind::kString ? UnescapeJsonString(text) : std::string(text); }

const JsonValue* JsonValue::Find(std::string_view key) const {
  std::string quoted;
  AppendJsonString(key, quoted);
  for (const auto& [name, value] : members) {
    if (name == quoted) return &value;
  }
  return nullptr;
}

absl::StatusOr<JsonValue> ParseJson(std::string_view text) {
  Reader reader(text);
  JsonValue value;
  if (!reader.ReadValue(0, value) || !reader.AtEnd()) {
    return absl::DataLossError(
        storage::Concat("a content of ", text.size(), " bytes is no JSON; run `setpoint verify`"));
  }
  return value;
}

}  // namespace setpoint::query
