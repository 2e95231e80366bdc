// Reads the common kind of YAML several times faster than libyaml: block mappings and sequences, plain and quoted
// scalars, blocks of text, flow collections, anchors, aliases and comments. Whatever else it
// meets, a tab or an error included, it gives up, and the document is read by ReadYamlWithLibrary. What it does read is
// the same to the last node: a test compares both over every blob of a real repository.
#pragma once

#include <cstdint>
#include <string_view>

#include "storage/formats/document.h"

namespace setpoint::storage {

// Fills `document` and returns true, or returns false with anything in `document`. `text` as for ReadYamlWithLibrary;
// it outlives what the document then holds, which points into it.
bool ReadCommonYaml(std::string_view text, uint32_t first_line, Document& document);

}  // namespace setpoint::storage
