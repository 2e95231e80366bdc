// Reads one YAML document's text into nodes, by libyaml: its anchors become alias nodes, tags are sorted into those
// that mean something here and those that are kept. Every bound of base/limits.h on the source's depth and nodes holds.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "storage/formats/document.h"

namespace setpoint::storage {

// Fills `document`, which is empty afterwards where the text holds no document. `text` is valid UTF-8 and holds at most
// one document, as YamlDocumentSplitter gives it; its first line is `first_line` of the file.
// InvalidArgument: not YAML, an alias to nothing or to what it stands in. ResourceExhausted: a bound. The message is
// one line that begins with the line it speaks of.
absl::Status ReadYamlWithLibrary(std::string_view text, uint32_t first_line, Document& document);

}  // namespace setpoint::storage
