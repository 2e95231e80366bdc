// Where the documents of a YAML stream begin and end. YAML itself forbids a line that begins with `---` or `...` (and a
// blank or the end after it) inside any document: not in a quoted text, not in a block of text, not in a comment's
// continuation. So such lines bound documents wherever they stand, and a document that does not parse cannot take its
// neighbours with it. A byte order mark at the beginning of a line begins a document too (YAML allows it nowhere else);
// directives and comments belong to the `---` that follows them.
#pragma once

#include <cstdint>
#include <string_view>

#include "storage/formats/decoder.h"

namespace setpoint::storage {

struct YamlDocumentText {
  std::string_view text;    // With its `---`, and all that stands before it since the document before.
  uint32_t first_line = 0;  // Of `text`, from 1.
  LineRange lines;          // What a person would call the document: without `---`, `...` and blank lines around it.
};

class YamlDocumentSplitter {
 public:
  // `stream` outlives the splitter.
  explicit YamlDocumentSplitter(std::string_view stream);

  // The next stretch of text that holds at most one document, perhaps only comments or nothing. False at the end.
  bool Next(YamlDocumentText& document);

 private:
  std::string_view rest_;
  uint32_t line_ = 1;
  bool only_newlines_;
};

}  // namespace setpoint::storage
