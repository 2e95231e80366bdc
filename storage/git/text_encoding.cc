#include "storage/git/text_encoding.h"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace setpoint::storage {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool IsContinuation(char byte) { return (static_cast<uint8_t>(byte) & 0xC0) == 0x80; }

// The length of the well-formed sequence that `text` (not empty) begins with; 0 where it begins with none: overlong
// forms, surrogates and code points above U+10FFFF are none.
size_t SequenceLength(std::string_view text) {
  const auto lead = static_cast<uint8_t>(text[0]);
  if (lead < 0x80) return 1;
  const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if (!IsContinuation(text[i])) return 0;
  }
  const auto second = static_cast<uint8_t>(text[1]);
  const bool wrong = (lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
                     (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F);
  return wrong ? 0 : length;
}

// How many bytes of well-formed sequences it begins with; mostly all of them, and mostly ASCII.
size_t WellFormedPrefix(std::string_view bytes) {
  constexpr uint64_t kNotAscii = 0x8080808080808080;
  size_t at = 0;
  while (at < bytes.size()) {
    uint64_t word = kNotAscii;
    if (at + sizeof(word) <= bytes.size()) std::memcpy(&word, bytes.data() + at, sizeof(word));
    const size_t length = (word & kNotAscii) == 0 ? sizeof(word) : SequenceLength(bytes.substr(at));
    if (length == 0) break;
    at += length;
  }
  return at;
}

std::string RepairUtf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (true) {
    const size_t good = WellFormedPrefix(bytes);
    out += bytes.substr(0, good);
    if (good == bytes.size()) return out;
    out += kReplacement;
    bytes.remove_prefix(good + 1);
  }
}

// A name without what iconv would take for options.
bool IsPlainName(std::string_view encoding) {
  return !encoding.empty() && encoding.size() <= 64 && std::all_of(encoding.begin(), encoding.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.' || c == ':' ||
           c == '+';
  });
}

bool IsUtf8Name(std::string_view encoding) {
  const absl::string_view name(encoding.data(), encoding.size());
  return encoding.empty() || absl::EqualsIgnoreCase(name, "UTF-8") || absl::EqualsIgnoreCase(name, "UTF8");
}

std::string Convert(iconv_t converter, std::string_view bytes) {
  std::string input(bytes);  // iconv wants it mutable.
  char* in = input.data();
  size_t in_left = input.size();
  std::string out;
  std::array<char, 512> buffer{};
  while (true) {
    char* to = buffer.data();
    size_t to_left = buffer.size();
    const bool flush = in_left == 0;
    const size_t result = iconv(converter, flush ? nullptr : &in, flush ? nullptr : &in_left, &to, &to_left);
    const int error = result == static_cast<size_t>(-1) ? errno : 0;
    out.append(buffer.data(), buffer.size() - to_left);
    if (error == E2BIG) continue;
    if (error == 0) {
      if (flush) return out;
      continue;
    }
    if (flush) return out;
    out += kReplacement;  // EILSEQ, or EINVAL: a sequence cut short at the end.
    ++in;
    --in_left;
  }
}

}  // namespace

std::string ToUtf8(std::string_view bytes, std::string_view encoding) {
  if (IsUtf8Name(encoding) || !IsPlainName(encoding)) return RepairUtf8(bytes);
  iconv_t converter = iconv_open("UTF-8", std::string(encoding).c_str());
  // POSIX has the error as (iconv_t)-1.  NOLINTNEXTLINE(performance-no-int-to-ptr)
  if (converter == reinterpret_cast<iconv_t>(-1)) return RepairUtf8(bytes);
  const std::string converted = Convert(converter, bytes);
  iconv_close(converter);
  return RepairUtf8(converted);
}

}  // namespace setpoint::storage
