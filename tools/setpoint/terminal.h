// What the program may assume of where it writes to. Any thread.
#pragma once

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

namespace setpoint::tools {

bool IsTerminal(std::FILE* stream);

// Whether colours are wanted on a stream: it is a terminal, NO_COLOR is not set and TERM is not "dumb".
bool HasColours(std::FILE* stream);

// The columns of the terminal behind a stream; 0 where it is none.
size_t TerminalColumns(std::FILE* stream);

// The columns that a text takes up: wide characters two, combining ones none.
size_t DisplayWidth(std::string_view text);

// The text as one line that does nothing to a terminal but show: control characters and bytes that are no UTF-8 become
// U+FFFD, line breaks and tabs blanks. Whoever wrote a commit message must not command the terminal that shows it.
std::string Printable(std::string_view text);

// The longest beginning of a printable text that takes up at most so many columns, with '…' where something is cut.
std::string CutToWidth(std::string_view text, size_t columns);

}  // namespace setpoint::tools
