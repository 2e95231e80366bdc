#include "storage/git/mirror_directory.h"

#include <cstring>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "storage/git/read_file.h"

namespace setpoint::storage {

namespace {

namespace fs = std::filesystem;

constexpr const char* kKeepFolder = "refs/keep/";
constexpr const char* kNamesFile = "/fetched-names";

// Nothing in a mirror happens by itself: no collection of garbage, and small fetches stay packs.
constexpr const char* kConfig =
    "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n"
    "[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n[fetch]\n\tunpackLimit = 1\n";

absl::Status CannotMake(const std::string& path, const std::error_code& error) {
  return absl::UnavailableError(absl::StrCat("cannot make the mirror at '", path, "': ", error.message()));
}

std::vector<ObjectId> ParseIds(std::string_view text) {
  std::vector<ObjectId> ids;
  while (text.size() >= 40) {
    if (const std::optional<ObjectId> id = ObjectId::FromHex(text.substr(0, 40))) ids.push_back(*id);
    const size_t end = text.find('\n');
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return ids;
}

}  // namespace

absl::StatusOr<MirrorDirectory> MirrorDirectory::Open(const std::string& path) {
  MirrorDirectory directory(path);
  if (absl::Status status = directory.Make(); !status.ok()) return status;
  if (absl::Status status = directory.ClearLocks(); !status.ok()) return status;
  if (absl::Status status = directory.LoadKept(); !status.ok()) return status;
  return directory;
}

absl::Status MirrorDirectory::Make() {
  std::error_code error;
  for (const char* folder : {"/objects/info", "/objects/pack", "/refs"}) {
    fs::create_directories(path_ + folder, error);
    if (error) return CannotMake(path_ + folder, error);
  }
  if (fs::exists(path_ + "/HEAD", error)) return absl::OkStatus();
  // HEAD last: with it the repository is whole.
  if (absl::Status status = ReplaceFile(path_ + "/config", kConfig); !status.ok()) return status;
  return ReplaceFile(path_ + "/HEAD", "ref: refs/heads/none\n");
}

absl::Status MirrorDirectory::ClearLocks() const {
  std::error_code error;
  for (const char* folder : {"", "/refs/keep", "/objects/pack"}) {
    for (fs::directory_iterator entry(path_ + folder, error); !error && entry != fs::directory_iterator();
         entry.increment(error)) {
      const std::string name = entry->path().filename().string();
      if (!absl::EndsWith(name, ".lock") && !absl::StartsWith(name, "tmp_") && !absl::EndsWith(name, ".new")) continue;
      fs::remove(entry->path(), error);
    }
    if (error && error != std::errc::no_such_file_or_directory) return CannotMake(path_, error);
  }
  return absl::OkStatus();
}

absl::Status MirrorDirectory::LoadKept() {
  const absl::StatusOr<std::optional<std::string>> text = ReadFileIfThere(path_ + "/packed-refs");
  if (!text.ok()) return text.status();
  const std::vector<ObjectId> ids = ParseIds(text->value_or(""));
  kept_ = std::set<ObjectId>(ids.begin(), ids.end());
  return absl::OkStatus();
}

std::string MirrorDirectory::KeepingRef(const ObjectId& target) { return kKeepFolder + target.Hex(); }

absl::Status MirrorDirectory::Keep(const std::set<ObjectId>& targets) {
  if (targets != kept_) {
    std::string text;  // Sorted, as Git expects it: by name, which is the id.
    for (const ObjectId& target : targets) {
      const std::string hex = target.Hex();
      absl::StrAppend(&text, hex, " ", kKeepFolder, hex, "\n");
    }
    if (absl::Status status = ReplaceFile(path_ + "/packed-refs", text); !status.ok()) return status;
    kept_ = targets;
  }
  std::error_code error;
  fs::remove_all(path_ + "/" + kKeepFolder, error);  // What a fetch wrote; all of it stands in the file now.
  return error ? CannotMake(path_, error) : absl::OkStatus();
}

size_t MirrorDirectory::CountPacks() const {
  size_t packs = 0;
  std::error_code error;
  for (fs::directory_iterator entry(object_directory() + "/pack", error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    packs += entry->path().extension() == ".pack" ? 1 : 0;
  }
  return packs;
}

absl::Status MirrorDirectory::SetNames(const std::set<std::string>& names) const {
  absl::StatusOr<std::set<std::string>> now = Names();
  if (!now.ok()) return now.status();
  if (*now == names) return absl::OkStatus();
  std::string text;
  for (const std::string& name : names) absl::StrAppend(&text, name, "\n");
  return ReplaceFile(path_ + kNamesFile, text);
}

absl::StatusOr<std::set<std::string>> MirrorDirectory::Names() const {
  const absl::StatusOr<std::optional<std::string>> text = ReadFileIfThere(path_ + kNamesFile);
  if (!text.ok()) return text.status();
  return absl::StrSplit(text->value_or(""), '\n', absl::SkipEmpty());
}

absl::Status MirrorDirectory::SetShallow(const std::string& text) const {
  const std::string path = path_ + "/shallow";
  const absl::StatusOr<std::optional<std::string>> now = ReadFileIfThere(path);
  if (!now.ok()) return now.status();
  if (now->value_or("") == text) return absl::OkStatus();
  if (!text.empty()) return ReplaceFile(path, text);
  std::error_code error;
  fs::remove(path, error);
  return error ? CannotMake(path, error) : absl::OkStatus();
}

absl::StatusOr<std::vector<ObjectId>> MirrorDirectory::Shallow() const {
  const absl::StatusOr<std::optional<std::string>> text = ReadFileIfThere(path_ + "/shallow");
  if (!text.ok()) return text.status();
  return ParseIds(text->value_or(""));
}

}  // namespace setpoint::storage
