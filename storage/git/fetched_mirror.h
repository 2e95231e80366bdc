// The mirror of a bundle or of a repository behind a URL: filled by `git fetch` in a worker process.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "storage/git/git_command.h"
#include "storage/git/mirror.h"
#include "storage/git/mirror_directory.h"
#include "storage/git/source.h"

namespace setpoint::storage {

class FetchedMirror final : public Mirror {
 public:
  FetchedMirror(MirrorDirectory directory, Source source, const MirrorOptions& options)
      : directory_(std::move(directory)), source_(std::move(source)), options_(options) {}

  absl::StatusOr<Advertisement> Advertise() override;
  absl::Status Fetch(const std::vector<AdvertisedRef>& refs) override;
  const std::string& git_directory() const override { return directory_.path(); }
  absl::StatusOr<std::vector<ObjectId>> ShallowBoundary() override { return directory_.Shallow(); }

 private:
  // What every `git` of this mirror gets, with what is current of its credentials.
  absl::StatusOr<GitCommand> Command() const;
  absl::Status RunFetch(const std::vector<AdvertisedRef>& refs);
  absl::Status RunFetch(const std::vector<AdvertisedRef>& refs, uint32_t depth);
  absl::Status DropNeedlessBoundary();
  absl::Status CheckArrived(const std::vector<AdvertisedRef>& refs) const;
  absl::Status Consolidate() const;

  MirrorDirectory directory_;
  const Source source_;
  const MirrorOptions options_;
};

}  // namespace setpoint::storage
