#include "tools/setpoint/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <cwchar>

#include "query/utf8.h"

namespace setpoint::tools {
namespace {

// main() sets the character type of the locale to UTF-8, whatever the user's language is.
size_t WidthOf(char32_t code) {
  const int width = wcwidth(static_cast<wchar_t>(code));
  return width < 0 ? 1 : static_cast<size_t>(width);
}

}  // namespace

bool IsTerminal(std::FILE* stream) { return isatty(fileno(stream)) == 1; }

bool HasColours(std::FILE* stream) {
  const char* const refused = std::getenv("NO_COLOR");
  if (refused != nullptr && *refused != '\0') return false;
  const char* const terminal = std::getenv("TERM");
  if (terminal != nullptr && std::string_view(terminal) == "dumb") return false;
  return IsTerminal(stream);
}

size_t TerminalColumns(std::FILE* stream) {
  winsize size{};
  if (!IsTerminal(stream) || ioctl(fileno(stream), TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

size_t DisplayWidth(std::string_view text) {
  size_t width = 0;
  while (!text.empty()) {
    const query::CodePoint code = query::NextCodePoint(text);
    width += WidthOf(code.value);
    text.remove_prefix(code.bytes);
  }
  return width;
}

std::string Printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const query::CodePoint code = query::NextCodePoint(text);
    const bool control = code.value < 0x20 || (code.value >= 0x7F && code.value < 0xA0);
    // The characters that change the direction of text can make it look like another one.
    const bool direction =
        (code.value >= 0x202A && code.value <= 0x202E) || (code.value >= 0x2066 && code.value <= 0x2069);
    if (code.value == '\n' || code.value == '\t' || code.value == '\r') {
      out += ' ';
    } else if (!code.valid || control || direction) {
      out += "\xEF\xBF\xBD";
    } else {
      out += text.substr(0, code.bytes);
    }
    text.remove_prefix(code.bytes);
  }
  return out;
}

std::string CutToWidth(std::string_view text, size_t columns) {
  if (DisplayWidth(text) <= columns) return std::string(text);
  if (columns == 0) return std::string();
  size_t width = 0;
  size_t end = 0;
  while (end < text.size()) {
    const query::CodePoint code = query::NextCodePoint(text.substr(end));
    width += WidthOf(code.value);
    if (width > columns - 1) break;
    end += code.bytes;
  }
  return std::string(text.substr(0, end)) + "\xE2\x80\xA6";
}

}  // namespace setpoint::tools
