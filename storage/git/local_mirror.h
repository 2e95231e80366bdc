// The mirror of a repository on this machine: its refs read from their files, its objects linked.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "storage/git/local_refs.h"
#include "storage/git/mirror.h"
#include "storage/git/mirror_directory.h"
#include "storage/git/object_linker.h"
#include "storage/git/repository_layout.h"

namespace setpoint::storage {

class LocalMirror final : public Mirror {
 public:
  // `source` is the path of a repository that FindRepository finds.
  static absl::StatusOr<std::unique_ptr<Mirror>> Open(MirrorDirectory directory, const std::string& source);

  absl::StatusOr<Advertisement> Advertise() override;
  absl::Status Fetch(const std::vector<AdvertisedRef>& refs) override;
  const std::string& git_directory() const override { return directory_.path(); }
  absl::StatusOr<std::vector<ObjectId>> ShallowBoundary() override { return directory_.Shallow(); }

 private:
  LocalMirror(MirrorDirectory directory, std::string source, const RepositoryLayout& layout);

  // The source may have been moved away since: an empty place must not be taken for a repository without refs.
  absl::Status CheckSource() const;

  MirrorDirectory directory_;
  const std::string source_;
  const RepositoryLayout layout_;
  LocalRefs refs_;
  ObjectLinker linker_;
};

}  // namespace setpoint::storage
