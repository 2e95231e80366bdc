#include "storage/projections/recent_rows.h"

#include "absl/strings/string_view.h"
#include "storage/projections/entry_rows.h"

namespace setpoint::storage {

RecentRows::RecentRows(const RowReader& rows, size_t bytes_max)
    : ForwardingRows(rows), objects_(bytes_max), entries_(bytes_max) {}

absl::StatusOr<std::optional<std::string>> RecentRows::Get(Family family, std::string_view key) const {
  Kept* const kept = KeptOf(family, key);
  if (kept == nullptr) return ForwardingRows::Get(family, key);
  if (std::optional<std::string> value = kept->Find(key)) return value;
  absl::StatusOr<std::optional<std::string>> value = ForwardingRows::Get(family, key);
  if (value.ok() && value->has_value()) kept->Keep(key, **value);  // One that is not there may come.
  return value;
}

RecentRows::Kept* RecentRows::KeptOf(Family family, std::string_view key) const {
  if (family == Family::kObjects) return &objects_;
  return family == Family::kPositions && IsEntryRow(key) ? &entries_ : nullptr;
}

std::optional<std::string> RecentRows::Kept::Find(std::string_view key) {
  const absl::MutexLock lock(&mutex_);
  const std::string* const value = rows_.Find(absl::string_view(key.data(), key.size()));
  return value == nullptr ? std::nullopt : std::optional(*value);
}

void RecentRows::Kept::Keep(std::string_view key, const std::string& value) {
  const absl::MutexLock lock(&mutex_);
  rows_.Keep(std::string(key), value, key.size() + value.size());
}

}  // namespace setpoint::storage
