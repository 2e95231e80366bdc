// What a file is, told from its first bytes alone. Pure functions; any thread may call them.
#pragma once

#include <string_view>

namespace setpoint::storage {

// As Git tells: a NUL among the first 8,000 bytes.
bool LooksBinary(std::string_view bytes);

// Whether these are the bytes of a Git LFS pointer: a small text that stands for a file kept elsewhere.
bool IsLfsPointer(std::string_view bytes);

// The program that a "#!" line names, without its folder: "bash" for "#!/usr/bin/env -S bash -e". Empty where there is
// no such line.
std::string_view ShebangInterpreter(std::string_view bytes);

}  // namespace setpoint::storage
