// Reads a text of HCL's native syntax (Terraform, OpenTofu, Terragrunt) into nodes, in the shape that the JSON syntax
// has: a body is a mapping, a block a member of it whose value is a mapping for each label and then its body. Blocks
// carry Node::block and stay in the order of the text; the canonical writer makes lists of those of one name.
//
// What is a value becomes one: numbers, true, false, null, strings without templates, and lists and objects of
// whatever. Any other expression is a string `${…}` of its normalised text (hcl_expression.h), as in the JSON syntax; a
// string that is nothing but one interpolation is the expression itself.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "storage/formats/document.h"

namespace setpoint::storage {

// `text` is valid UTF-8, perhaps with a byte order mark, and outlives what the document then holds. InvalidArgument:
// not HCL. ResourceExhausted: a bound of base/limits.h. The message is one line that begins with the line it speaks of.
absl::Status ReadHcl(std::string_view text, Document& document);

}  // namespace setpoint::storage
