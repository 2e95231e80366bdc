#include "storage/git/local_mirror.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/git/read_file.h"

namespace setpoint::storage {

LocalMirror::LocalMirror(MirrorDirectory directory, std::string source, const RepositoryLayout& layout)
    : directory_(std::move(directory)),
      source_(std::move(source)),
      layout_(layout),
      refs_(layout),
      linker_(layout.object_directory, directory_.object_directory()) {}

absl::StatusOr<std::unique_ptr<Mirror>> LocalMirror::Open(MirrorDirectory directory, const std::string& source) {
  const absl::StatusOr<RepositoryLayout> layout = FindRepository(source);
  if (!layout.ok()) return layout.status();
  return std::unique_ptr<Mirror>(new LocalMirror(std::move(directory), source, *layout));
}

absl::Status LocalMirror::CheckSource() const {
  const absl::StatusOr<RepositoryLayout> now = FindRepository(source_);
  if (!now.ok()) return now.status();
  if (now->common_directory == layout_.common_directory) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("'", source_, "' is another repository now: open it again"));
}

absl::StatusOr<Advertisement> LocalMirror::Advertise() {
  if (absl::Status status = CheckSource(); !status.ok()) return status;
  return refs_.Read();
}

absl::Status LocalMirror::Fetch(const std::vector<AdvertisedRef>& refs) {
  if (absl::Status status = CheckSource(); !status.ok()) return status;
  if (absl::Status status = linker_.Sync(); !status.ok()) return status;
  const absl::StatusOr<std::optional<std::string>> shallow = ReadFileIfThere(layout_.common_directory + "/shallow");
  if (!shallow.ok()) return shallow.status();
  if (absl::Status status = directory_.SetShallow(shallow->value_or("")); !status.ok()) return status;
  std::set<ObjectId> targets;
  for (const AdvertisedRef& ref : refs) targets.insert(ref.target);
  return directory_.Keep(targets);
}

}  // namespace setpoint::storage
