#include "query/history_fields.h"

#include "query/content.h"
#include "query/field_changes.h"

namespace setpoint::query {

absl::StatusOr<std::vector<std::string>> ReadChangedFields(const View& view, const HistoryItem& item) {
  const bool differ = item.before && item.version.IsAlive() && item.before->content != item.version.content;
  if (!differ) return std::vector<std::string>();
  auto before = ReadContentJson(view, item.before->content);
  auto after = ReadContentJson(view, item.version.content);
  for (const auto* each : {&before, &after}) {
    if (absl::IsFailedPrecondition(each->status())) return std::vector<std::string>();
    if (!each->ok()) return each->status();
  }
  return ChangedFields(*before, *after);
}

}  // namespace setpoint::query
