#include "storage/git/local_refs.h"

#include <cerrno>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "storage/git/read_file.h"
#include "storage/git/ref_name.h"

namespace setpoint::storage {

namespace {

namespace fs = std::filesystem;

constexpr int kSymbolicDepthMax = 5;  // As Git.

// What the file of a loose ref says: an id, or the name of another ref.
struct LooseRef {
  std::optional<ObjectId> id;
  std::string symbolic;
};

LooseRef ParseLoose(const std::string& bytes) {
  if (absl::StartsWith(bytes, "ref:")) {
    return {.id = std::nullopt, .symbolic = std::string(absl::StripAsciiWhitespace(bytes.substr(4)))};
  }
  const std::string_view text(bytes);
  const bool ends = text.size() == 40 || (text.size() > 40 && absl::ascii_isspace(static_cast<uint8_t>(text[40])));
  std::optional<ObjectId> id = ends ? ObjectId::FromHex(text.substr(0, 40)) : std::nullopt;
  if (id && id->IsZero()) id.reset();
  return {.id = id, .symbolic = {}};
}

// Reads what stands in one folder into `refs`, and its folders into `folders`. Whatever vanishes meanwhile is passed
// over: a ref that Git packed is found among the packed ones, which are read later.
absl::Status ReadFolder(const std::string& directory, const std::string& folder, std::vector<std::string>& folders,
                        std::map<std::string, LooseRef>& refs) {
  std::error_code error;
  fs::directory_iterator entry(directory + "/" + folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const std::string name = folder + "/" + entry->path().filename().string();
    std::error_code vanished;
    if (entry->is_directory(vanished)) {
      folders.push_back(name);
      continue;
    }
    if (!IsRefName(name)) continue;
    const absl::StatusOr<std::optional<std::string>> bytes = ReadFileIfThere(entry->path().string());
    if (!bytes.ok()) return bytes.status();
    if (bytes->has_value()) refs[name] = ParseLoose(**bytes);
  }
  const bool fine = !error || (error.value() == ENOENT && folder != "refs");
  return fine ? absl::OkStatus() : ReadError(error.value(), directory + "/" + folder);
}

absl::StatusOr<std::map<std::string, LooseRef>> ReadLoose(const std::string& directory) {
  std::map<std::string, LooseRef> refs;
  std::vector<std::string> folders = {"refs"};
  while (!folders.empty()) {
    const std::string folder = std::move(folders.back());
    folders.pop_back();
    if (absl::Status status = ReadFolder(directory, folder, folders, refs); !status.ok()) return status;
  }
  return refs;
}

bool SameFile(const struct stat& left, const struct stat& right) {
  return left.st_dev == right.st_dev && left.st_ino == right.st_ino && left.st_size == right.st_size &&
         left.st_mtim.tv_sec == right.st_mtim.tv_sec && left.st_mtim.tv_nsec == right.st_mtim.tv_nsec;
}

std::map<std::string, ObjectId> ParsePacked(std::string_view text) {
  std::map<std::string, ObjectId> refs;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.size() < 42 || line[40] != ' ') continue;  // "# …" and "^<peeled>" lines.
    const std::optional<ObjectId> id = ObjectId::FromHex(line.substr(0, 40));
    if (id && !id->IsZero() && IsRefName(line.substr(41))) refs.emplace_hint(refs.end(), line.substr(41), *id);
  }
  return refs;
}

// The name of the branch that HEAD leads to; empty where it is detached.
absl::StatusOr<std::string> HeadTarget(const std::string& git_directory) {
  const std::string head = git_directory + "/HEAD";
  std::error_code error;
  if (fs::is_symlink(head, error)) return fs::read_symlink(head, error).string();  // As Git did long ago.
  const absl::StatusOr<std::optional<std::string>> bytes = ReadFileIfThere(head);
  if (!bytes.ok()) return bytes.status();
  return bytes->has_value() ? ParseLoose(**bytes).symbolic : std::string();
}

// The id that a symbolic ref leads to, if any.
std::optional<ObjectId> Resolve(const std::map<std::string, LooseRef>& loose,
                                const std::map<std::string, ObjectId>& refs, std::string name) {
  for (int depth = 0; depth < kSymbolicDepthMax; ++depth) {
    if (const auto found = refs.find(name); found != refs.end()) return found->second;
    const auto next = loose.find(name);
    if (next == loose.end() || next->second.symbolic.empty()) return std::nullopt;
    name = next->second.symbolic;
  }
  return std::nullopt;
}

}  // namespace

absl::Status LocalRefs::ReadPacked() {
  const std::string path = layout_.common_directory + "/packed-refs";
  struct stat now = {};
  if (stat(path.c_str(), &now) != 0) {
    if (errno != ENOENT) return ReadError(errno, path);
    packed_.clear();
    packed_stat_ = {};
    return absl::OkStatus();
  }
  if (SameFile(now, packed_stat_)) return absl::OkStatus();
  const absl::StatusOr<std::optional<std::string>> text = ReadFileIfThere(path);
  if (!text.ok()) return text.status();
  packed_ = ParsePacked(text->value_or(""));
  // Git renames a new file into place: had it done so since the stat above, the next call would see another inode.
  packed_stat_ = now;
  return absl::OkStatus();
}

absl::StatusOr<Advertisement> LocalRefs::Read() {
  const absl::StatusOr<std::map<std::string, LooseRef>> loose = ReadLoose(layout_.common_directory);
  if (!loose.ok()) return loose.status();
  if (absl::Status status = ReadPacked(); !status.ok()) return status;
  const absl::StatusOr<std::string> head = HeadTarget(layout_.git_directory);
  if (!head.ok()) return head.status();

  Refs direct = packed_;
  for (const auto& [name, ref] : *loose) {
    if (ref.id) {
      direct.insert_or_assign(name, *ref.id);
    } else {
      direct.erase(name);  // Broken, and so is what it hides; symbolic ones follow.
    }
  }
  Refs refs = direct;
  for (const auto& [name, ref] : *loose) {
    if (ref.symbolic.empty()) continue;
    if (const std::optional<ObjectId> id = Resolve(*loose, direct, ref.symbolic)) refs.emplace(name, *id);
  }

  Advertisement advertisement;
  if (refs.contains(*head)) advertisement.default_branch = *head;
  advertisement.refs.reserve(refs.size());
  for (const auto& [name, id] : refs) advertisement.refs.push_back({name, id});
  return advertisement;
}

}  // namespace setpoint::storage
