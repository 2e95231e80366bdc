#include "storage/ingest/directory_numbers.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "storage/formats/resource_key.h"

namespace setpoint::storage {

void NumberInDirectory(std::vector<FileResources> files) {
  const auto place = [](const FileResources& file) { return std::pair(IsTerraformOverride(file.first), file.first); };
  std::sort(files.begin(), files.end(),
            [&place](const FileResources& a, const FileResources& b) { return place(a) < place(b); });
  absl::flat_hash_map<std::string, uint32_t> counts;
  for (const auto& [path, resources] : files) {
    SortByOrdinal(*resources);
    for (FileResource& resource : *resources) {
      if (!IsOfDirectory(resource)) continue;
      const std::string base(SplitOrdinal(resource.key).base);
      resource.key = WithOrdinal(base, ++counts[base]);
    }
  }
}

}  // namespace setpoint::storage
