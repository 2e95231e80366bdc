// What an untyped scalar of YAML is, and how it is written in canonical JSON (formats.md, Typing of scalars). Pure
// functions.
#pragma once

#include <string>
#include <string_view>

#include "storage/formats/document.h"

namespace setpoint::storage {

// By which rules the scalars of a document are understood.
enum class Typing : uint8_t {
  // As sigs.k8s.io/yaml does: go-yaml v2's reading of YAML 1.1, numbers as Go's encoding/json prints them.
  kKubernetes,
  // The core schema of YAML 1.2; numbers in their source text where that is JSON.
  kCore,
  // The same, with CloudFormation's short tags in their long form: `!Ref x` is {"Ref": "x"}.
  kCloudFormation,
};

// Appends the JSON value of a scalar that has no unknown tag. A text that its own tag contradicts (`!!int x`), NaN and
// the infinities are strings: nothing is lost and nothing fails.
void AppendScalar(std::string& out, Typing typing, const Node& scalar);

// The text of a scalar as a mapping key: its source text, but `true` or `false` for a kubernetes boolean.
std::string_view KeyText(Typing typing, const Node& scalar);

// Whether the scalar is null: plain and empty, `~`, `null`, `Null` or `NULL`, or JSON's null.
bool IsNull(const Node& scalar);

// Whether the scalar is a merge key: a plain `<<`, or one tagged so.
bool IsMergeKey(const Node& scalar);

}  // namespace setpoint::storage
