// One look at a source: which refs it shows, and every object that those which are followed reach, brought into the
// mirror. The first half of following; the second, storage/ingest/ingester.h, needs the store. Touches no store, so
// that a source that hangs holds up nobody who writes. One thread at a time, and never while what it gave is ingested.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/base/object_id.h"
#include "storage/git/mirror.h"
#include "storage/projections/repository_settings.h"

namespace setpoint::storage {

struct Observation {
  Advertisement advertisement;
  // The commits at which a shallow source ends now, sorted.
  std::vector<ObjectId> shallow_boundary;

  bool operator==(const Observation&) const = default;
};

class SourceObserver {
 public:
  // Opens the repository's mirror below the data directory; makes it where there is none. Errors as Mirror::Open.
  static absl::StatusOr<std::unique_ptr<SourceObserver>> Open(const std::string& data_directory,
                                                              const RepositorySettings& settings,
                                                              const MirrorOptions& options);

  // Looks at the refs, and fetches where the mirror lacks what they point to. Errors as Mirror::Advertise and Fetch.
  absl::StatusOr<Observation> Observe();

  // The repository to ingest from.
  const std::string& git_directory() const { return mirror_->git_directory(); }

 private:
  SourceObserver(const RepositorySettings& settings, std::unique_ptr<Mirror> mirror)
      : settings_(settings), mirror_(std::move(mirror)) {}

  const RepositorySettings settings_;
  const std::unique_ptr<Mirror> mirror_;
};

// Where a repository's mirror stands.
std::string MirrorPath(const std::string& data_directory, const std::string& repository);

}  // namespace setpoint::storage
