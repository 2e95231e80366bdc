#include "query/field_changes.h"

#include "query/json_pointer.h"
#include "query/json_value.h"
#include "storage/base/concat.h"

namespace setpoint::query {
namespace {

// Walks both documents together; depth is bounded by ParseJson.
class Comparison {
 public:
  std::vector<std::string> Run(const JsonValue& before, const JsonValue& after) {
    Compare(before, after);
    return std::move(changed_);
  }

 private:
  void Compare(const JsonValue& before, const JsonValue& after) {
    if (before.text == after.text) return;
    if (before.kind == JsonValue::Kind::kObject && after.kind == JsonValue::Kind::kObject) {
      CompareMembers(before, after);
    } else if (before.kind == JsonValue::Kind::kArray && after.kind == JsonValue::Kind::kArray &&
               before.items.size() == after.items.size()) {
      for (size_t i = 0; i < after.items.size(); ++i) {
        Descend(storage::Concat(i), [&] { Compare(before.items[i], after.items[i]); });
      }
    } else {
      changed_.push_back(pointer_);
    }
  }

  // Both sides have their members by key bytes, so that one merge finds what is on one side only.
  void CompareMembers(const JsonValue& before, const JsonValue& after) {
    size_t i = 0;
    size_t j = 0;
    while (i < before.members.size() || j < after.members.size()) {
      const std::string old_key = i < before.members.size() ? UnescapeJsonString(before.members[i].key) : "";
      const std::string new_key = j < after.members.size() ? UnescapeJsonString(after.members[j].key) : "";
      const bool has_old = i < before.members.size() && (j == after.members.size() || old_key <= new_key);
      const bool has_new = j < after.members.size() && (i == before.members.size() || new_key <= old_key);
      Descend(has_old ? old_key : new_key, [&] {
        if (has_old && has_new) {
          Compare(before.members[i].value, after.members[j].value);
        } else {
          changed_.push_back(pointer_);
        }
      });
      i += has_old ? 1 : 0;
      j += has_new ? 1 : 0;
    }
  }

  template <typename Inside>
  void Descend(std::string_view step, Inside inside) {
    const size_t size = pointer_.size();
    AppendPointerStep(step, pointer_);
    inside();
    pointer_.resize(size);
  }

  std::string pointer_;
  std::vector<std::string> changed_;
};

}  // namespace

absl::StatusOr<std::vector<std::string>> ChangedFields(std::string_view before, std::string_view after) {
  auto old_value = ParseJson(before);
  if (!old_value.ok()) return old_value.status();
  auto new_value = ParseJson(after);
  if (!new_value.ok()) return new_value.status();
  return Comparison().Run(*old_value, *new_value);
}

}  // namespace setpoint::query
