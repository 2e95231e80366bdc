// Canonical JSON (formats.md) read into a tree of views. Because the text is canonical, two values are equal exactly
// where their texts are equal. The text must outlive the tree. Plain data; any thread may read it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace setpoint::query {

struct JsonMember;

struct JsonValue {
  enum class Kind { kNull, kBool, kNumber, kString, kArray, kObject };

  Kind kind = Kind::kNull;
  std::string_view text;  // As it stands in the document, a string with its quotes.
  std::vector<JsonValue> items;
  std::vector<JsonMember> members;  // In the order of the text.

  bool IsScalar() const { return kind != Kind::kArray && kind != Kind::kObject; }
  // A string without quotes and escapes; any other scalar as it stands.
  std::string Scalar() const;
  // The member of that (unescaped) name; null where there is none or this is no object.
  const JsonValue* Find(std::string_view key) const;
};

struct JsonMember {
  std::string_view key;  // With its quotes.
  JsonValue value;
};

// kDataLoss where the text is no JSON; also where it nests deeper than any content may.
absl::StatusOr<JsonValue> ParseJson(std::string_view text);

// The quote that ends the string of JSON which begins at `begin`; the text's size where none does.
size_t ClosingQuote(std::string_view text, size_t begin);

// The text of a JSON string that is given with its quotes.
std::string UnescapeJsonString(std::string_view quoted);

}  // namespace setpoint::query
