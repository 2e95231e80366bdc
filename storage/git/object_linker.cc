#include "storage/git/object_linker.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "storage/git/alternates.h"
#include "storage/git/read_file.h"

namespace setpoint::storage {

namespace {

namespace fs = std::filesystem;

constexpr int kAttemptsMax = 8;  // A source may be repacked while it is linked; not for ever.
constexpr const char* kPackFolder = "pack";

// Where a file of the sources lies, by the name that it gets in the mirror.
using FilePaths = std::map<std::string, std::string>;

bool IsHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isxdigit(static_cast<uint8_t>(c)); });
}

// Loose objects and packs with their indexes. All else can be derived, or speaks of other repositories (".promisor").
bool IsObjectFile(const std::string& folder, const std::string& name) {
  if (folder != kPackFolder) return name.size() == 38 && IsHex(name);
  return absl::StartsWith(name, "pack-") && (absl::EndsWith(name, ".pack") || absl::EndsWith(name, ".idx"));
}

absl::Status AddFiles(const std::string& directory, const std::string& folder, FilePaths& files) {
  std::error_code error;
  fs::directory_iterator entry(directory + "/" + folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (IsObjectFile(folder, name)) files.emplace(name, entry->path().string());
  }
  if (!error || error == std::errc::no_such_file_or_directory) return absl::OkStatus();
  return ReadError(error.value(), directory + "/" + folder);
}

// An index without its pack would be believed: it is left out until the pack is there.
void DropLoneIndexes(FilePaths& files) {
  std::erase_if(files, [&files](const auto& file) {
    return absl::EndsWith(file.first, ".idx") && !files.contains(file.first.substr(0, file.first.size() - 3) + "pack");
  });
}

// Packs before their indexes.
std::vector<std::string> InOrder(const FilePaths& files) {
  std::vector<std::string> names;
  for (const bool indexes : {false, true}) {
    for (const auto& [name, path] : files) {
      if (absl::EndsWith(name, ".idx") == indexes) names.push_back(name);
    }
  }
  return names;
}

// kAborted: a file vanished since it was listed. kUnimplemented: no links here.
absl::Status LinkFile(const std::string& from, const std::string& to) {
  if (link(from.c_str(), to.c_str()) == 0 || errno == EEXIST) return absl::OkStatus();
  switch (errno) {
    case ENOENT:
      return absl::AbortedError(from);
    case EXDEV:
    case EPERM:
    case EMLINK:
    case EACCES:
    case ENOTSUP:
      return absl::UnimplementedError(from);
    default:
      return absl::UnavailableError(absl::StrCat("cannot link '", from, "': ", std::strerror(errno)));
  }
}

absl::Status LinkListed(const FilePaths& files, const FilePaths& there, const std::string& to) {
  for (const std::string& name : InOrder(files)) {
    if (there.contains(name)) continue;
    if (absl::Status status = LinkFile(files.at(name), absl::StrCat(to, "/", name)); !status.ok()) return status;
  }
  return absl::OkStatus();
}

// What the sources no longer have; indexes before their packs.
void RemoveOthers(const FilePaths& files, const FilePaths& there) {
  std::vector<std::string> names = InOrder(there);
  std::reverse(names.begin(), names.end());
  for (const std::string& name : names) {
    if (!files.contains(name)) unlink(there.at(name).c_str());
  }
}

}  // namespace

absl::Status ObjectLinker::Sync() {
  absl::StatusOr<std::vector<std::string>> sources = FindObjectDirectories(source_);
  if (!sources.ok()) return sources.status();
  if (*sources != linked_sources_) seen_.clear();
  linked_sources_ = *std::move(sources);
  if (!borrows_) {
    const absl::Status status = Link(linked_sources_);
    if (status.code() != absl::StatusCode::kUnimplemented) return status;
    borrows_ = true;
  }
  return Borrow(linked_sources_);
}

absl::Status ObjectLinker::Link(const std::vector<std::string>& sources) {
  // Loose objects first: what Git packs meanwhile is found in the packs.
  for (int first = 0; first < 256; ++first) {
    if (absl::Status status = LinkFolder(sources, absl::StrFormat("%02x", first)); !status.ok()) return status;
  }
  if (absl::Status status = LinkFolder(sources, kPackFolder); !status.ok()) return status;
  unlink((mirror_ + "/info/alternates").c_str());
  return absl::OkStatus();
}

absl::Status ObjectLinker::LinkFolder(const std::vector<std::string>& sources, const std::string& folder) {
  const std::string to = mirror_ + "/" + folder;
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    Stamps stamps;
    time_t newest = 0;
    for (const std::string& source : sources) {
      struct stat found = {};
      stat(absl::StrCat(source, "/", folder).c_str(), &found);  // Zeros where there is none.
      stamps.emplace_back(found.st_mtim.tv_sec, found.st_mtim.tv_nsec);
      newest = std::max(newest, found.st_mtim.tv_sec);
    }
    if (const auto seen = seen_.find(folder); seen != seen_.end() && seen->second == stamps) return absl::OkStatus();

    // A change within the same tick of the file system's clock would not show: only stamps of the past are remembered.
    const bool settled = newest + 1 < std::time(nullptr);
    FilePaths files;
    FilePaths there;
    for (const std::string& source : sources) {
      if (absl::Status status = AddFiles(source, folder, files); !status.ok()) return status;
    }
    DropLoneIndexes(files);
    if (absl::Status status = AddFiles(mirror_, folder, there); !status.ok()) return status;
    if (!files.empty()) mkdir(to.c_str(), 0777);
    absl::Status status = LinkListed(files, there, to);
    if (absl::IsAborted(status)) continue;
    if (!status.ok()) return status;
    RemoveOthers(files, there);
    if (settled) seen_[folder] = stamps;
    return absl::OkStatus();
  }
  return absl::UnavailableError(absl::StrCat("'", sources[0], "' changes faster than it can be linked: try again"));
}

absl::Status ObjectLinker::Borrow(const std::vector<std::string>& sources) const {
  std::string text;
  for (const std::string& source : sources) {
    if (source.find('\n') != std::string::npos || source[0] == '"') {
      return absl::UnimplementedError(absl::StrCat("objects at '", source, "' can be neither linked nor borrowed"));
    }
    absl::StrAppend(&text, source, "\n");
  }
  return ReplaceFile(mirror_ + "/info/alternates", text);
}

}  // namespace setpoint::storage
