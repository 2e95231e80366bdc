#include "query/field_changes.h"

#include "query/json_walk.h"
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
        place_.Descend(storage::Concat(i), [&] { Compare(before.items[i], after.items[i]); });
      }
    } else {
      changed_.push_back(place_.pointer());
    }
  }

  void CompareMembers(const JsonValue& before, const JsonValue& after) {
    MergeMembers(before, after, [&](const std::string& key, const JsonValue* old_value, const JsonValue* new_value) {
      place_.Descend(key, [&] {
        if (old_value != nullptr && new_value != nullptr) {
          Compare(*old_value, *new_value);
        } else {
          changed_.push_back(place_.pointer());
        }
      });
    });
  }

  JsonPlace place_;
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
