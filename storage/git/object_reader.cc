#include "storage/git/object_reader.h"

#include <utility>

#include "storage/base/thread_role.h"
#include "storage/git/packed_reader.h"
#include "storage/git/repository_layout.h"

namespace setpoint::storage {

absl::StatusOr<std::unique_ptr<ObjectReader>> ObjectReader::Open(const std::string& git_directory,
                                                                 const ObjectReaderOptions& options) {
  const absl::StatusOr<RepositoryLayout> layout = FindRepository(git_directory);
  if (!layout.ok()) return layout.status();
  return OpenPackedReader(layout->object_directory, options);
}

absl::StatusOr<std::optional<RawObject>> ObjectReader::Read(const ObjectId& id) {
  CheckMayBlock();
  const absl::StatusOr<std::optional<ObjectView>> view = View(id);
  if (!view.ok()) return view.status();
  if (!view->has_value()) return std::nullopt;
  return RawObject{(*view)->type, std::string((*view)->bytes)};
}

}  // namespace setpoint::storage
