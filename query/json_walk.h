// Two JSON documents walked side by side: where the walk stands, and the members of two objects brought together.
// Both documents come from ParseJson, which bounds their depth. One thread at a time.
#pragma once

#include <string>
#include <string_view>

#include "query/json_pointer.h"
#include "query/json_value.h"

namespace setpoint::query {

// The pointer of the place at hand.
class JsonPlace {
 public:
  const std::string& pointer() const { return pointer_; }

  // Calls `inside` one step further down.
  template <typename Inside>
  void Descend(std::string_view step, Inside inside) {
    const size_t size = pointer_.size();
    AppendPointerStep(step, pointer_);
    inside();
    pointer_.resize(size);
  }

 private:
  std::string pointer_;
};

// Calls `visit(key, old value, new value)` for each key of two objects, in order, with null for the side that lacks it.
// Both have their members by key bytes, so that one merge finds what is on one side only.
template <typename Visit>
void MergeMembers(const JsonValue& before, const JsonValue& after, Visit visit) {
  size_t i = 0;
  size_t j = 0;
  while (i < before.members.size() || j < after.members.size()) {
    const std::string old_key = i < before.members.size() ? UnescapeJsonString(before.members[i].key) : "";
    const std::string new_key = j < after.members.size() ? UnescapeJsonString(after.members[j].key) : "";
    const bool has_old = i < before.members.size() && (j == after.members.size() || old_key <= new_key);
    const bool has_new = j < after.members.size() && (i == before.members.size() || new_key <= old_key);
    visit(has_old ? old_key : new_key, has_old ? &before.members[i].value : nullptr,
          has_new ? &after.members[j].value : nullptr);
    i += has_old ? 1 : 0;
    j += has_new ? 1 : 0;
  }
}

}  // namespace setpoint::query
