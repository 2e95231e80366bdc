#include "storage/git/mirror.h"

#include <utility>

#include "storage/git/bundle.h"
#include "storage/git/fetched_mirror.h"
#include "storage/git/local_mirror.h"
#include "storage/git/mirror_directory.h"
#include "storage/git/repository_layout.h"
#include "storage/git/source.h"

namespace setpoint::storage {

namespace {

// What can be said against the source without a network: before anything is made for it.
absl::Status CheckSource(const Source& source) {
  switch (source.kind) {
    case SourceKind::kDirectory:
      return FindRepository(source.location).status();
    case SourceKind::kBundle:
      return ReadBundleRefs(source.location).status();
    case SourceKind::kUrl:
      return absl::OkStatus();
  }
  return absl::InternalError("unknown kind of source");
}

}  // namespace

absl::StatusOr<std::unique_ptr<Mirror>> Mirror::Open(const std::string& mirror_directory, const std::string& source,
                                                     const MirrorOptions& options) {
  absl::StatusOr<Source> parsed = ParseSource(source);
  if (!parsed.ok()) return parsed.status();
  if (absl::Status status = CheckSource(*parsed); !status.ok()) return status;
  absl::StatusOr<MirrorDirectory> directory = MirrorDirectory::Open(mirror_directory);
  if (!directory.ok()) return directory.status();
  if (parsed->kind == SourceKind::kDirectory) return LocalMirror::Open(*std::move(directory), parsed->location);
  return std::make_unique<FetchedMirror>(*std::move(directory), *std::move(parsed), options);
}

}  // namespace setpoint::storage
