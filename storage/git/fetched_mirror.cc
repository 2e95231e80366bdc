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
#include "storage/git/commit.h"
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

absl::StatusOr<bool> HasParents(ObjectReader& reader, const ObjectId& commit) {
  const absl::StatusOr<std::optional<RawObject>> raw = reader.Read(commit);
  if (!raw.ok()) return raw.status();
  if (!raw->has_value() || (*raw)->type != ObjectType::kCommit) return false;
  const absl::StatusOr<CommitLinks> links = ParseCommitLinks((*raw)->bytes);
  if (!links.ok()) return links.status();
  for (const ObjectId& parent : links->parents) {
    const absl::StatusOr<std::optional<ObjectReader::Header>> header = reader.ReadHeader(parent);
    if (!header.ok()) return header.status();
    if (!header->has_value()) return false;
  }
  return true;
}

}  // namespace

absl::StatusOr<Advertisement> FetchedMirror::Advertise() {
  if (source_.kind == SourceKind::kBundle) return ReadBundleRefs(source_.location);
  absl::StatusOr<GitCommand> command = Command();
  if (!command.ok()) return Annotate(command.status(), source_.display);
  command->git_directory.clear();
  command->arguments = {"ls-remote", "--symref", "--", LocationArgument(source_)};
  command->deadline = std::min(options_.listing_deadline, options_.deadline);
  const absl::StatusOr<std::string> listing = RunGitCommand(*command);
  if (!listing.ok()) return Annotate(listing.status(), source_.display);
  return ParseListing(*listing, source_.display);
}

absl::StatusOr<GitCommand> FetchedMirror::Command() const {
  absl::StatusOr<std::vector<std::string>> environment = TransportEnvironment(source_, options_.transport);
  if (!environment.ok()) return environment.status();
  return GitCommand{.git_directory = directory_.path(),
                    .arguments = {},
                    .input = {},
                    .deadline = options_.deadline,
                    .environment = *std::move(environment),
                    .cancellation = options_.cancellation,
                    .file_bytes_max = options_.fetch_bytes_max};
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
  if (options_.depth > 0) {
    std::set<std::string> names;
    for (const AdvertisedRef& ref : refs) names.insert(ref.name);
    if (absl::Status status = directory_.SetNames(names); !status.ok()) return status;
  }
  return directory_.Keep(targets);
}

// Of a shallow mirror the refs that it has never had are cut to the depth; the others go on from where they were, so
// that no commit between two fetches is missed, however many they are.

absl::Status FetchedMirror::RunFetch(const std::vector<AdvertisedRef>& refs) {
  if (options_.depth == 0 || source_.kind == SourceKind::kBundle) return RunFetch(refs, 0);
  const absl::StatusOr<std::set<std::string>> known = directory_.Names();
  if (!known.ok()) return known.status();
  std::vector<AdvertisedRef> old_refs;
  std::vector<AdvertisedRef> new_refs;
  for (const AdvertisedRef& ref : refs) (known->contains(ref.name) ? old_refs : new_refs).push_back(ref);
  if (!old_refs.empty()) {
    if (absl::Status status = RunFetch(old_refs, 0); !status.ok()) return status;
  }
  if (new_refs.empty()) return absl::OkStatus();
  if (absl::Status status = RunFetch(new_refs, options_.depth); !status.ok()) return status;
  return DropNeedlessBoundary();
}

// The depth of one ref may cut what another one has whole: where the parents are there, nothing ends.
absl::Status FetchedMirror::DropNeedlessBoundary() {
  const absl::StatusOr<std::vector<ObjectId>> boundary = directory_.Shallow();
  if (!boundary.ok()) return boundary.status();
  const absl::StatusOr<std::unique_ptr<ObjectReader>> reader = ObjectReader::Open(directory_.path());
  if (!reader.ok()) return reader.status();
  std::string kept;
  for (const ObjectId& commit : *boundary) {
    const absl::StatusOr<bool> is_whole = HasParents(**reader, commit);
    if (!is_whole.ok()) return is_whole.status();
    if (!*is_whole) absl::StrAppend(&kept, commit.Hex(), "\n");
  }
  return directory_.SetShallow(kept);
}

absl::Status FetchedMirror::RunFetch(const std::vector<AdvertisedRef>& refs, uint32_t depth) {
  std::string refspecs;
  for (const AdvertisedRef& ref : refs) {
    absl::StrAppend(&refspecs, "+", ref.name, ":", MirrorDirectory::KeepingRef(ref.target), "\n");
  }
  std::error_code error;
  std::string location = source_.kind == SourceKind::kBundle
                             ? std::filesystem::absolute(source_.location, error).string()
                             : LocationArgument(source_);
  absl::StatusOr<GitCommand> command = Command();
  if (!command.ok()) return command.status();
  std::vector<std::string>& arguments = command->arguments;
  const bool is_partial = !options_.filter.empty() && source_.kind == SourceKind::kUrl;
  if (is_partial) {
    // What a filter leaves out is promised by a remote with a name.
    arguments = {"-c", "remote.source.url=" + location, "-c", "remote.source.promisor=true"};
    location = "source";
  }
  arguments.insert(arguments.end(),
                   {"fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules",
                    "--no-auto-maintenance", "--update-shallow", "--stdin"});
  if (is_partial) arguments.push_back("--filter=" + options_.filter);
  if (depth > 0) arguments.push_back(absl::StrCat("--depth=", depth));
  arguments.insert(arguments.end(), {"--", location});
  command->input = refspecs;
  absl::Status status = RunGitCommand(*command).status();
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
                        .deadline = options_.deadline,
                        .cancellation = options_.cancellation})
      .status();
}

}  // namespace setpoint::storage
