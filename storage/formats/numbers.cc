#include "storage/formats/numbers.h"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <vector>

namespace setpoint::storage {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

size_t SkipDigits(std::string_view text, size_t at) {
  while (at < text.size() && IsDigit(text[at])) ++at;
  return at;
}

int DigitValue(char c) {
  if (IsDigit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 16;
}

// Appends the decimal digits of a number given in another base, by schoolbook multiplication in limbs of nine digits.
void AppendConverted(std::string& out, std::string_view digits, int base) {
  constexpr uint64_t kLimb = 1'000'000'000;
  std::vector<uint64_t> limbs;  // The least first.
  for (const char digit : digits) {
    uint64_t carry = static_cast<uint64_t>(DigitValue(digit));
    for (uint64_t& limb : limbs) {
      const uint64_t sum = limb * static_cast<uint64_t>(base) + carry;
      limb = sum % kLimb;
      carry = sum / kLimb;
    }
    if (carry != 0) limbs.push_back(carry);
  }
  out += std::to_string(limbs.back());
  for (size_t i = limbs.size() - 1; i-- > 0;) {
    const std::string limb = std::to_string(limbs[i]);
    out.append(9 - limb.size(), '0');
    out += limb;
  }
}

// The position after an exponent at `at`; `at` where there is none; npos where one begins badly.
size_t SkipExponent(std::string_view text, size_t at) {
  if (at >= text.size() || (text[at] != 'e' && text[at] != 'E')) return at;
  ++at;
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
  const size_t end = SkipDigits(text, at);
  return end == at ? std::string_view::npos : end;
}

// Whether a decimal text that is out of range is too small rather than too large: the place of its first digit that is
// not zero, moved by its exponent, is behind the point.
bool IsTiny(std::string_view text) {
  const size_t exponent_at = text.find_first_of("eE");
  const std::string_view mantissa = text.substr(0, exponent_at);
  const size_t point = std::min(mantissa.find('.'), mantissa.size());
  const size_t first = mantissa.find_first_of("123456789");
  if (first == std::string_view::npos) return true;
  const long long place = static_cast<long long>(point) - static_cast<long long>(first);
  if (exponent_at == std::string_view::npos) return place < 0;
  std::string_view exponent = text.substr(exponent_at + 1);
  const bool negative = exponent.starts_with('-');
  if (negative || exponent.starts_with('+')) exponent.remove_prefix(1);
  long long value = 0;
  const auto result = std::from_chars(exponent.data(), exponent.data() + exponent.size(), value);
  if (result.ec == std::errc::result_out_of_range) return negative;
  return place + (negative ? -value : value) < 0;
}

}  // namespace

bool AppendInteger(std::string& out, bool negative, std::string_view digits, int base) {
  if (digits.empty()) return false;
  for (const char digit : digits) {
    if (DigitValue(digit) >= base) return false;
  }
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.empty()) {
    out.push_back('0');
    return true;
  }
  if (base != 10 && digits.size() > kBigDigitsMax) return false;
  if (negative) out.push_back('-');
  if (base == 10) {
    out += digits;
  } else {
    AppendConverted(out, digits, base);
  }
  return true;
}

void AppendGoFloat(std::string& out, double value) {
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
  std::string_view text(buffer, static_cast<size_t>(end - buffer));
  if (text.starts_with('-')) {
    out.push_back('-');
    text.remove_prefix(1);
  }
  const size_t e = text.find('e');
  std::string digits(1, text[0]);
  if (e > 2) digits += text.substr(2, e - 2);
  int exponent = 0;
  std::string_view exponent_text = text.substr(e + 1);
  if (exponent_text.starts_with('+')) exponent_text.remove_prefix(1);
  std::from_chars(exponent_text.data(), exponent_text.data() + exponent_text.size(), exponent);
  if (value != 0 && (exponent < -6 || exponent >= 21)) {
    out.push_back(digits[0]);
    if (digits.size() > 1) out.append(1, '.').append(digits, 1);
    out += exponent < 0 ? "e-" : "e+";
    out += std::to_string(exponent < 0 ? -exponent : exponent);
    return;
  }
  if (exponent < 0) {
    out += "0.";
    out.append(static_cast<size_t>(-exponent - 1), '0');
    out += digits;
    return;
  }
  const auto whole = static_cast<size_t>(exponent) + 1;
  if (digits.size() <= whole) {
    out += digits;
    out.append(whole - digits.size(), '0');
  } else {
    out.append(digits, 0, whole).append(1, '.').append(digits, whole);
  }
}

bool ParseDecimal(std::string_view text, double& value) {
  if (!IsYamlDecimal(text)) return false;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec == std::errc::result_out_of_range) {
    const bool negative = text.starts_with('-');
    if (!IsTiny(negative ? text.substr(1) : text)) return false;
    value = negative ? -0.0 : 0.0;
    return true;
  }
  return result.ec == std::errc();
}

bool IsJsonNumber(std::string_view text) {
  size_t at = text.starts_with('-') ? 1 : 0;
  const size_t whole = SkipDigits(text, at);
  if (whole == at || (text[at] == '0' && whole != at + 1)) return false;
  at = whole;
  if (at < text.size() && text[at] == '.') {
    const size_t fraction = SkipDigits(text, at + 1);
    if (fraction == at + 1) return false;
    at = fraction;
  }
  return SkipExponent(text, at) == text.size();
}

bool IsYamlDecimal(std::string_view text) {
  size_t at = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
  const size_t whole = SkipDigits(text, at);
  const bool has_whole = whole != at;
  at = whole;
  if (at < text.size() && text[at] == '.') {
    const size_t fraction = SkipDigits(text, at + 1);
    if (!has_whole && fraction == at + 1) return false;
    at = fraction;
  } else if (!has_whole) {
    return false;
  }
  return SkipExponent(text, at) == text.size();
}

}  // namespace setpoint::storage
