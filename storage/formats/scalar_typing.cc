#include "storage/formats/scalar_typing.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <system_error>

#include "storage/formats/base64.h"
#include "storage/formats/json_text.h"
#include "storage/formats/numbers.h"
#include "storage/formats/utf8.h"

namespace setpoint::storage {
namespace {

template <size_t kSize>
bool IsOneOf(std::string_view text, const std::array<std::string_view, kSize>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

constexpr std::array<std::string_view, 3> kTrueWords = {"true", "True", "TRUE"};
constexpr std::array<std::string_view, 3> kFalseWords = {"false", "False", "FALSE"};
constexpr std::array<std::string_view, 8> kOldTrueWords = {"y", "Y", "yes", "Yes", "YES", "on", "On", "ON"};
constexpr std::array<std::string_view, 8> kOldFalseWords = {"n", "N", "no", "No", "NO", "off", "Off", "OFF"};
constexpr size_t kLongestWord = 5;

bool IsNullWord(std::string_view text) {
  if (text.size() <= 1) return text.empty() || text == "~";
  return text.size() == 4 && (text == "null" || text == "Null" || text == "NULL");
}

// What an untyped text that is no string begins with: nearly all others are told by their first byte.
constexpr std::array<bool, 256> MakeMayBeTyped() {
  std::array<bool, 256> may{};
  for (const char c : std::string_view("0123456789+-.~nNtTfFyYoO")) may[static_cast<unsigned char>(c)] = true;
  return may;
}
constexpr std::array<bool, 256> kMayBeTyped = MakeMayBeTyped();

std::optional<bool> BooleanOf(Typing typing, std::string_view text) {
  if (text.size() > kLongestWord || text.empty() || text[0] < 'A') return std::nullopt;
  if (IsOneOf(text, kTrueWords)) return true;
  if (IsOneOf(text, kFalseWords)) return false;
  if (typing != Typing::kKubernetes) return std::nullopt;
  if (IsOneOf(text, kOldTrueWords)) return true;
  if (IsOneOf(text, kOldFalseWords)) return false;
  return std::nullopt;
}

// An integer as Go's strconv.ParseInt and ParseUint read it with base 0.
struct GoInteger {
  bool negative = false;
  bool has_sign = false;
  int base = 10;
  std::string_view digits;
};

GoInteger SplitGoInteger(std::string_view text) {
  GoInteger integer;
  integer.negative = text.starts_with('-');
  integer.has_sign = integer.negative || text.starts_with('+');
  if (integer.has_sign) text.remove_prefix(1);
  if (text.starts_with('0') && text != "0") {
    const char letter = text.size() >= 3 ? static_cast<char>(text[1] | 0x20) : '\0';
    integer.base = letter == 'b' ? 2 : letter == 'x' ? 16 : 8;
    text.remove_prefix(letter == 'b' || letter == 'x' || letter == 'o' ? 2 : 1);
  }
  integer.digits = text;
  return integer;
}

// The value where it fits 64 bits: signed with a sign, else signed or unsigned.
bool AppendGoInteger(std::string& out, const GoInteger& integer) {
  uint64_t value = 0;
  const char* const begin = integer.digits.data();
  const char* const end = begin + integer.digits.size();
  const auto result = std::from_chars(begin, end, value, integer.base);
  if (result.ec != std::errc() || result.ptr != end) return false;
  constexpr uint64_t kSignedMax = uint64_t{1} << 63;
  if (integer.has_sign && value >= kSignedMax + (integer.negative ? 1 : 0)) return false;
  if (integer.negative && value != 0) out.push_back('-');
  out += std::to_string(value);
  return true;
}

// go-yaml v2's resolve() for a text that begins with a sign or a digit. `as_float`: the tag says !!float.
bool AppendGoNumber(std::string& out, std::string_view text, bool as_float) {
  std::string plain;  // Without underscores.
  if (text.find('_') != std::string_view::npos) {
    std::copy_if(text.begin(), text.end(), std::back_inserter(plain), [](char c) { return c != '_'; });
    text = plain;
  }
  if (text.empty()) return false;
  const GoInteger integer = SplitGoInteger(text);
  if (!as_float && AppendGoInteger(out, integer)) return true;
  double value = 0;
  if (ParseDecimal(text, value)) {
    AppendGoFloat(out, value);
    return true;
  }
  // Its own older form of binary numbers lets a sign stand behind the prefix.
  if (text.size() > 3 && text.starts_with("0b") && (text[2] == '-' || text[2] == '+')) {
    return AppendGoInteger(out, {.negative = text[2] == '-', .has_sign = true, .base = 2, .digits = text.substr(3)});
  }
  // Beyond 64 bits, and no decimal: a text.
  return false;
}

bool AppendKubernetesPlain(std::string& out, std::string_view text, CoreTag tag) {
  const char first = text.empty() ? '\0' : text[0];
  const bool number = (first >= '0' && first <= '9') || first == '+' || first == '-';
  if (number) {
    return (tag == CoreTag::kNone || tag == CoreTag::kInteger || tag == CoreTag::kFloat) &&
           AppendGoNumber(out, text, tag == CoreTag::kFloat);
  }
  double value = 0;
  if (first != '.' || !ParseDecimal(text, value)) return false;
  AppendGoFloat(out, value);
  return true;
}

bool AppendCorePlain(std::string& out, std::string_view text) {
  const char first = text.empty() ? '\0' : text[0];
  const bool sign = first == '-' || first == '+';
  if (!sign && first != '.' && (first < '0' || first > '9')) return false;
  if (text.starts_with("0o")) return AppendInteger(out, false, text.substr(2), 8);
  if (text.starts_with("0x")) return AppendInteger(out, false, text.substr(2), 16);
  if (AppendInteger(out, first == '-', text.substr(sign ? 1 : 0), 10)) return true;
  if (!IsJsonNumber(text)) return false;
  out += text;
  return true;
}

// A token of JSON's number grammar.
void AppendNumber(std::string& out, Typing typing, std::string_view text) {
  const bool done =
      typing == Typing::kKubernetes ? AppendKubernetesPlain(out, text, CoreTag::kNone) : AppendCorePlain(out, text);
  if (!done) AppendJsonString(out, text);
}

// A scalar that may be other than a string, by its text or its tag.
void AppendResolved(std::string& out, Typing typing, const Node& scalar) {
  const std::string_view text = scalar.Text();
  const bool tagged = scalar.tag != CoreTag::kNone;
  const bool is_string = scalar.style == ScalarStyle::kText || scalar.style == ScalarStyle::kExpression;
  if ((is_string && !tagged) || scalar.tag == CoreTag::kString) {
    return AppendJsonString(out, text);
  }
  const auto may_be = [&scalar, tagged](CoreTag tag) { return !tagged || scalar.tag == tag; };
  if (may_be(CoreTag::kNull) && IsNullWord(text)) {
    out += "null";
    return;
  }
  if (may_be(CoreTag::kBoolean)) {
    if (const std::optional<bool> boolean = BooleanOf(typing, text); boolean.has_value()) {
      out += *boolean ? "true" : "false";
      return;
    }
  }
  if (may_be(CoreTag::kInteger) || may_be(CoreTag::kFloat)) {
    const bool done =
        typing == Typing::kKubernetes ? AppendKubernetesPlain(out, text, scalar.tag) : AppendCorePlain(out, text);
    if (done) return;
  }
  AppendJsonString(out, text);
}

}  // namespace

bool IsNull(const Node& scalar) {
  if (scalar.unknown_tag != 0) return false;
  if (scalar.style == ScalarStyle::kLiteral) return scalar.Text() == "null";
  if (scalar.tag == CoreTag::kNull) return IsNullWord(scalar.Text());
  return scalar.style == ScalarStyle::kPlain && scalar.tag == CoreTag::kNone && IsNullWord(scalar.Text());
}

bool IsMergeKey(const Node& scalar) {
  return scalar.text_size == 2 && scalar.kind == NodeKind::kScalar && scalar.Text() == "<<" &&
         ((scalar.style == ScalarStyle::kPlain && scalar.tag == CoreTag::kNone && scalar.unknown_tag == 0) ||
          scalar.tag == CoreTag::kMerge);
}

std::string_view KeyText(Typing typing, const Node& scalar) {
  const std::string_view text = scalar.Text();
  if (typing != Typing::kKubernetes || scalar.style != ScalarStyle::kPlain || scalar.unknown_tag != 0) return text;
  if (scalar.tag != CoreTag::kNone && scalar.tag != CoreTag::kBoolean) return text;
  const std::optional<bool> boolean = BooleanOf(typing, text);
  if (!boolean.has_value()) return text;
  return *boolean ? "true" : "false";
}

void AppendScalar(std::string& out, Typing typing, const Node& scalar) {
  const std::string_view text = scalar.Text();
  if (scalar.style == ScalarStyle::kPlain && scalar.tag == CoreTag::kNone && !text.empty() &&
      !kMayBeTyped[static_cast<unsigned char>(text[0])]) {
    return AppendJsonString(out, text);
  }
  if (scalar.style == ScalarStyle::kNumber) return AppendNumber(out, typing, text);
  if (scalar.style == ScalarStyle::kLiteral) {
    out += text;
    return;
  }
  if (scalar.tag == CoreTag::kBinary && typing == Typing::kKubernetes) {
    const std::optional<std::string> bytes = DecodeBase64(text);
    return AppendJsonString(out, bytes.has_value() ? ReplaceInvalidUtf8(*bytes) : text);
  }
  AppendResolved(out, typing, scalar);
}

}  // namespace setpoint::storage
