#include "query/reformatted.h"

#include <algorithm>
#include <functional>

#include "storage/formats/format.h"

namespace setpoint::query {
namespace {

bool IsPlain(uint8_t format) {
  const auto word = static_cast<storage::Format>(format);
  return word == storage::Format::kData || word == storage::Format::kFile;
}

}  // namespace

std::vector<bool> ReformattedFiles(const storage::Entry& entry) {
  std::vector<bool> became_plain(entry.files.size());
  std::vector<bool> lost_named(entry.files.size());
  for (const storage::Change& change : entry.changes) {
    const bool is_plain = IsPlain(change.format);
    if (is_plain && change.operation == storage::Operation::kCreated) became_plain[change.file] = true;
    if (!is_plain && change.operation == storage::Operation::kDeleted) lost_named[change.file] = true;
  }
  std::transform(became_plain.begin(), became_plain.end(), lost_named.begin(), became_plain.begin(),
                 std::logical_and<>());
  return became_plain;
}

absl::flat_hash_set<storage::PathId> ReformattedPaths(const storage::StepRow& row) {
  absl::flat_hash_set<storage::PathId> lost_named;
  for (const storage::Step& step : row.steps) {
    if (step.operation == storage::Operation::kDeleted && !IsPlain(step.format)) lost_named.insert(step.path);
  }
  absl::flat_hash_set<storage::PathId> reformatted;
  if (lost_named.empty()) return reformatted;
  for (const storage::Step& step : row.steps) {
    const bool became_plain = step.operation == storage::Operation::kCreated && IsPlain(step.format);
    if (became_plain && lost_named.contains(step.path)) reformatted.insert(step.path);
  }
  return reformatted;
}

}  // namespace setpoint::query
