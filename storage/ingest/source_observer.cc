#include "storage/ingest/source_observer.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "storage/base/concat.h"

namespace setpoint::storage {
namespace {

// The refs that settings follow, before they are peeled: what a fetch must bring.
std::vector<AdvertisedRef> WantedRefs(const Advertisement& advertisement, const RepositorySettings& settings) {
  std::vector<AdvertisedRef> wanted;
  const auto is_matched = [](const std::vector<std::string>& patterns, const std::string& ref) {
    return std::any_of(patterns.begin(), patterns.end(),
                       [&ref](const std::string& pattern) { return RefPatternMatches(pattern, ref); });
  };
  for (const AdvertisedRef& ref : advertisement.refs) {
    if (ref.name == advertisement.default_branch || is_matched(settings.owned_patterns, ref.name) ||
        is_matched(settings.pointing_patterns, ref.name)) {
      wanted.push_back(ref);
    }
  }
  return wanted;
}

}  // namespace

std::string MirrorPath(const std::string& data_directory, const std::string& repository) {
  return (std::filesystem::path(data_directory) / "mirrors" / Concat(repository, ".git")).string();
}

absl::StatusOr<std::unique_ptr<SourceObserver>> SourceObserver::Open(const std::string& data_directory,
                                                                     const RepositorySettings& settings,
                                                                     const MirrorOptions& options) {
  // The name becomes a path.
  if (absl::Status status = ValidateRepositoryName(settings.name); !status.ok()) return status;
  absl::StatusOr<std::unique_ptr<Mirror>> mirror =
      Mirror::Open(MirrorPath(data_directory, settings.name), settings.source, options);
  if (!mirror.ok()) return mirror.status();
  return std::unique_ptr<SourceObserver>(new SourceObserver(settings, *std::move(mirror)));
}

absl::StatusOr<Observation> SourceObserver::Observe() {
  absl::StatusOr<Advertisement> advertisement = mirror_->Advertise();
  if (!advertisement.ok()) return advertisement.status();
  if (absl::Status status = mirror_->Fetch(WantedRefs(*advertisement, settings_)); !status.ok()) return status;
  absl::StatusOr<std::vector<ObjectId>> boundary = mirror_->ShallowBoundary();
  if (!boundary.ok()) return boundary.status();
  std::sort(boundary->begin(), boundary->end());
  return Observation{.advertisement = *std::move(advertisement), .shallow_boundary = *std::move(boundary)};
}

}  // namespace setpoint::storage
