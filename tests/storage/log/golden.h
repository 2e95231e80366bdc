// Bytes on disk, kept as hex in tests/storage/log/golden: sixteen bytes a line, `#` begins a comment. A test that runs
// with SETPOINT_UPDATE_GOLDEN=1 writes the files anew; a change of one is a new format version.
#pragma once

#include <string>
#include <string_view>

namespace setpoint::storage {

// The bytes of golden/NAME.hex.
std::string ReadGolden(const std::string& name);

// Compares, byte for byte, with golden/NAME.hex, or writes it.
void ExpectGolden(const std::string& name, std::string_view bytes);

}  // namespace setpoint::storage
