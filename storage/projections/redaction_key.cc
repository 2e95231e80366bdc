#include "storage/projections/redaction_key.h"

#include <optional>
#include <string_view>

#include "storage/engine/write_batch.h"

namespace setpoint::storage {
namespace {

constexpr std::string_view kKey = "redaction-key";
constexpr size_t kKeyBytes = 32;  // As much as the digest has: more would be no harder to guess.

}  // namespace

absl::StatusOr<std::string> EnsureRedactionKey(Store& store, OpenMode mode, const RandomSource& random) {
  absl::StatusOr<std::optional<std::string>> kept = store.Get(Family::kSettings, kKey);
  if (!kept.ok()) return kept.status();
  if (kept->has_value()) {
    if ((*kept)->size() == kKeyBytes) return **kept;
    return absl::DataLossError("the redaction key of the store is malformed");
  }
  std::string key = random.Bytes(kKeyBytes);
  if (mode == OpenMode::kReadOnly) return key;
  WriteBatch batch;
  batch.Put(Family::kSettings, kKey, key);
  if (absl::Status status = store.Write(batch); !status.ok()) return status;
  return key;
}

}  // namespace setpoint::storage
