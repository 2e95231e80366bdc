// Two versions of one document, place by place: what is the same, and what is not. Objects are compared by member,
// lists by their items (list_alignment.h). Pure functions; any thread may call them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "query/json_value.h"

namespace setpoint::query {

// One place that is not the same. Null: not there on that side; then the other side is the whole of what came or went.
struct JsonDifference {
  std::string pointer;  // On the right; of what went, its list's or object's there and its own step on the left.
  const JsonValue* before = nullptr;
  const JsonValue* after = nullptr;
};

// The values point into the two documents.
struct JsonAlignment {
  // Places with equal text on both sides, as large as they come, by place on the right.
  std::vector<std::pair<const JsonValue*, const JsonValue*>> same;
  // In document order; of one list, what went stands before what changed or came.
  std::vector<JsonDifference> differences;
};

enum class MovedItems {
  kFollow,   // An item that only stands elsewhere in its list is the same item: for blame.
  kReplace,  // It went and came: so that the differences, applied to one side, give the other.
};

// `name` is the member name under which the documents stand, for the natural keys of a list; empty for whole documents.
JsonAlignment AlignJson(std::string_view name, const JsonValue& before, const JsonValue& after, MovedItems moved);

}  // namespace setpoint::query
