#include "storage/git/fetched_mirror.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "storage/base/limits.h"
#include "storage/git/bundle.h"
#include "storage/git/git_command.h"
#include "storage/git/object_reader.h"
#include "storage/git/ref_name.h"

namespace setpoint::storage {

namespace {

// The lines of `git ls-remote --symref`: "<id>\t<name>", and "ref: <name>\tHEAD".
absl::StatusOr<Advertisement> ParseListing(std::string_view text, const std::string& display) {
  Advertisement advertisement;
  std::string head;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const size_t tab = line.find('\t');
    if (tab == std::string_view::npos) continue;
    const std::string_view left = line.substr(0, tab);
    const std::string_view name = line.substr(tab + 1);
    if (left.substr(0, 5) == "ref: ") {
      if (name == "HEAD") head = left.substr(5);
      continue;
    }
    if (left.size() == 64) {
      return absl::FailedPreconditionError(
          absl::StrCat("'", display, "' names its objects by sha256; only SHA-1 repositories can be read"));
    }
    const std::optional<ObjectId> id = ObjectId::FromHex(left);
    // Git advertises a broken ref as pointing to zeros.
    if (id && !id->IsZero() && IsRefName(name)) advertisement.refs.push_back({std::string(name), *id});
  }
  std::sort(advertisement.refs.begin(), advertisement.refs.end(),
            [](const AdvertisedRef& left, const AdvertisedRef& right) { return left.name < right.name; });
  const bool is_there = std::any_of(advertisement.refs.begin(), advertisement.refs.end(),
                                    [&head](const AdvertisedRef& ref) { return ref.name == head; });
  if (is_there) advertisement.default_branch = head;
  return advertisement;
}

absl::Status Annotate(const absl::Status& status, const std::string& display) {
  if (status.ok()) return status;
  return absl::Status(status.code(), absl::StrCat("'", display, "': ", status.message()));
}

}  // namespace

absl::StatusOr<Advertisement> FetchedMirror::Advertise() {
  if (source_.kind == SourceKind::kBundle) return ReadBundleRefs(source_.location);
  const absl::StatusOr<std::string> listing =
      RunGitCommand({.git_directory = {},
                     .arguments = {"ls-remote", "--symref", "--", source_.location},
                     .input = {},
                     .deadline = options_.deadline});
  if (!listing.ok()) return Annotate(listing.status(), source_.display);
  return ParseListing(*listing, source_.display);
}

absl::Status FetchedMirror::Fetch(const std::vector<AdvertisedRef>& refs) {
  std::set<ObjectId> targets;
  std::vector<AdvertisedRef> wanted;
  for (const AdvertisedRef& ref : refs) {
    const bool is_new = targets.insert(ref.target).second;
    if (is_new && IsRefName(ref.name) && !directory_.kept().contains(ref.target)) wanted.push_back(ref);
  }
  if (!wanted.empty()) {
    if (absl::Status status = RunFetch(wanted); !status.ok()) return Annotate(status, source_.display);
    if (absl::Status status = CheckArrived(wanted); !status.ok()) return status;
    if (absl::Status status = Consolidate(); !status.ok()) return status;
  }
  return directory_.Keep(targets);
}

absl::Status FetchedMirror::RunFetch(const std::vector<AdvertisedRef>& refs) {
  std::string refspecs;
  for (const AdvertisedRef& ref : refs) {
    absl::StrAppend(&refspecs, "+", ref.name, ":", MirrorDirectory::KeepingRef(ref.target), "\n");
  }
  std::error_code error;
  const std::string location = source_.kind == SourceKind::kBundle
                                   ? std::filesystem::absolute(source_.location, error).string()
                                   : source_.location;
  absl::Status status =
      RunGitCommand({.git_directory = directory_.path(),
                     .arguments = {"fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules",
                                   "--no-auto-maintenance", "--update-shallow", "--stdin", "--", location},
                     .input = refspecs,
                     .deadline = options_.deadline})
          .status();
  if (status.ok()) return status;
  if (absl::Status cleared = directory_.ClearLocks(); !cleared.ok()) return cleared;
  return status;
}

// A ref may have moved between the advertisement and the fetch, and its old target be lost.
absl::Status FetchedMirror::CheckArrived(const std::vector<AdvertisedRef>& refs) const {
  const absl::StatusOr<std::unique_ptr<ObjectReader>> reader = ObjectReader::Open(directory_.path());
  if (!reader.ok()) return reader.status();
  for (const AdvertisedRef& ref : refs) {
    const absl::StatusOr<std::optional<ObjectReader::Header>> header = (*reader)->ReadHeader(ref.target);
    if (!header.ok()) return header.status();
    if (header->has_value()) continue;
    return absl::AbortedError(
        absl::StrCat("'", source_.display, "': ", ref.name, " moved while it was fetched: look again"));
  }
  return absl::OkStatus();
}

absl::Status FetchedMirror::Consolidate() const {
  if (directory_.CountPacks() <= kMirrorPacksMax) return absl::OkStatus();
  return RunGitCommand({.git_directory = directory_.path(),
                        .arguments = {"-c", "repack.writeBitmaps=false", "repack", "--quiet", "-d", "--geometric=2"},
                        .input = {},
                        .deadline = options_.deadline})
      .status();
}

}  // namespace setpoint::storage
