#include "query/reformatted.h"

#include <algorithm>
#include <functional>

#include "storage/formats/format.h"

namespace setpoint::query {

std::vector<bool> ReformattedFiles(const storage::Entry& entry) {
  std::vector<bool> became_plain(entry.files.size());
  std::vector<bool> lost_named(entry.files.size());
  for (const storage::Change& change : entry.changes) {
    const auto format = static_cast<storage::Format>(change.format);
    const bool is_plain = format == storage::Format::kData || format == storage::Format::kFile;
    if (is_plain && change.operation == storage::Operation::kCreated) became_plain[change.file] = true;
    if (!is_plain && change.operation == storage::Operation::kDeleted) lost_named[change.file] = true;
  }
  std::transform(became_plain.begin(), became_plain.end(), lost_named.begin(), became_plain.begin(),
                 std::logical_and<>());
  return became_plain;
}

}  // namespace setpoint::query
