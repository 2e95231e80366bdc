// Which items of two lists are the same thing. Items with a natural key (Kubernetes merge keys, a step's id or name)
// are paired by it, wherever they stand; all others by longest common subsequence, and between two such anchors one by
// one where both sides have as many items left. Pure functions; any thread may call them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "query/json_value.h"

namespace setpoint::query {

// What names an item of the list with this member name, with the names of the fields it is made of: "name=web",
// "containerPort=80,protocol=TCP". Empty where the item has no such scalar.
std::string NaturalKey(std::string_view list_name, const JsonValue& item);

struct ItemPair {
  size_t before = 0;
  size_t after = 0;
  bool operator==(const ItemPair&) const = default;
};

// By index on the right; each item stands in at most one pair. A key that several items of either list share names none
// of them.
std::vector<ItemPair> AlignItems(std::string_view list_name, const std::vector<JsonValue>& before,
                                 const std::vector<JsonValue>& after);

}  // namespace setpoint::query
