#include "tests/support/git_history.h"

#include <git2.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <unordered_map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace setpoint::test {

namespace {

using storage::FileMode;
using storage::ObjectId;

[[noreturn]] void Die(std::string_view what) {
  std::fprintf(stderr, "git_history: %.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

void Require(bool condition, std::string_view what) {
  if (!condition) Die(what);
}

void WriteFile(const std::string& path, std::string_view bytes) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  Require(out.good(), absl::StrCat("cannot write ", path));
}

// Takes `path` away from `entries`, as a file or as a folder with all below.
void Erase(std::map<std::string, HistoryEntry>& entries, const std::string& path) {
  entries.erase(path);
  const std::string folder = path + "/";
  auto first = entries.lower_bound(folder);
  auto last = first;
  while (last != entries.end() && absl::StartsWith(last->first, folder)) ++last;
  entries.erase(first, last);
}

// Takes the files away that stand where `path` needs folders.
void EraseFoldersOf(std::map<std::string, HistoryEntry>& entries, const std::string& path) {
  for (size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    entries.erase(path.substr(0, slash));
  }
}

std::string ReadAll(std::FILE* pipe) {
  std::string out;
  std::array<char, 1 << 14> buffer{};
  for (size_t n = 0; (n = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) out.append(buffer.data(), n);
  return out;
}

[[noreturn]] void ExecGit(const std::string& directory, const std::vector<std::string>& arguments, int out) {
  dup2(out, STDOUT_FILENO);
  setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
  setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
  setenv("GIT_TERMINAL_PROMPT", "0", 1);
  setenv("GIT_AUTHOR_NAME", "Ada Author", 0);
  setenv("GIT_AUTHOR_EMAIL", "ada@example.com", 0);
  setenv("GIT_COMMITTER_NAME", "Carl Committer", 0);
  setenv("GIT_COMMITTER_EMAIL", "carl@example.com", 0);
  std::vector<std::string> words = {"git", "-C", directory};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  execvp("git", argv.data());
  _exit(127);
}

}  // namespace

HistoryFile HistoryFile::Executable(std::string text) { return {std::move(text), FileMode::kExecutable}; }

HistoryFile HistoryFile::Symlink(std::string target) { return {std::move(target), FileMode::kSymlink}; }

HistoryFile HistoryFile::Submodule(const ObjectId& commit) {
  return Object(commit, static_cast<uint32_t>(FileMode::kSubmodule));
}

HistoryFile HistoryFile::Object(const ObjectId& id, uint32_t raw_mode) {
  HistoryFile file(std::string(), static_cast<FileMode>(raw_mode));
  file.id = id;
  return file;
}

// The object database, and what is known of the trees made here.
class GitHistory::Objects {
 public:
  using Entries = std::map<std::string, HistoryEntry>;

  explicit Objects(std::string directory) : directory_(std::move(directory)) {
    // Once and for all: to start it anew for each of a thousand repositories would take longer than to make them.
    static const bool started = git_libgit2_init() > 0;
    Require(started, "libgit2 does not start");
    Require(git_odb_open(&odb_, (directory_ + "/objects").c_str()) == 0, "cannot open the object database");
  }
  ~Objects() { git_odb_free(odb_); }
  Objects(const Objects&) = delete;
  Objects& operator=(const Objects&) = delete;

  ObjectId Write(git_object_t type, std::string_view bytes) {
    git_oid oid;
    if (git_odb_write(&oid, odb_, bytes.data(), bytes.size(), type) != 0) Die(git_error_last()->message);
    return *ObjectId::FromBytes({reinterpret_cast<const char*>(oid.id), ObjectId::kSize});
  }

  std::string Read(const ObjectId& id) const {
    git_oid oid;
    git_oid_fromraw(&oid, id.bytes.data());
    git_odb_object* object = nullptr;
    if (git_odb_read(&object, odb_, &oid) != 0) Die(absl::StrCat("no object ", id.Hex()));
    std::string bytes(static_cast<const char*>(git_odb_object_data(object)), git_odb_object_size(object));
    git_odb_object_free(object);
    return bytes;
  }

  // Writes the tree and those of its folders, and remembers its leaves.
  ObjectId WriteTree(const Entries& entries) {
    auto at = entries.begin();
    const ObjectId id = WriteFolder(at, entries.end(), 0);
    trees_.emplace(id.Bytes(), entries);
    return id;
  }

  const Entries& EntriesOf(const ObjectId& tree) const {
    const auto found = trees_.find(std::string(tree.Bytes()));
    Require(found != trees_.end(), absl::StrCat("tree not made here: ", tree.Hex()));
    return found->second;
  }

 private:
  // Map order of paths is Git's order of entries, as both compare a folder's name as if it ended in '/'.
  ObjectId WriteFolder(Entries::const_iterator& at, Entries::const_iterator end, size_t prefix) {
    const std::string folder = at == end ? std::string() : at->first.substr(0, prefix);
    std::string raw;
    while (at != end && absl::StartsWith(at->first, folder)) {
      const size_t slash = at->first.find('/', prefix);
      if (slash == std::string::npos) {
        AppendEntry(raw, static_cast<uint32_t>(at->second.mode), at->first.substr(prefix), at->second.id);
        ++at;
        continue;
      }
      const std::string name = at->first.substr(prefix, slash - prefix);
      AppendEntry(raw, static_cast<uint32_t>(FileMode::kTree), name, WriteFolder(at, end, slash + 1));
    }
    return Write(GIT_OBJECT_TREE, raw);
  }

  static void AppendEntry(std::string& raw, uint32_t mode, std::string_view name, const ObjectId& id) {
    raw += absl::StrFormat("%o ", mode);
    raw += name;
    raw += '\0';
    raw += id.Bytes();
  }

  std::string directory_;
  git_odb* odb_ = nullptr;
  std::unordered_map<std::string, Entries> trees_;  // By raw id.
};

GitHistory::GitHistory(std::string directory) : directory_(std::move(directory)) {
  Require(!std::filesystem::exists(directory_) || std::filesystem::is_empty(directory_), "directory is not empty");
  for (const char* folder : {"/objects/info", "/objects/pack", "/refs/heads", "/refs/tags"}) {
    std::filesystem::create_directories(directory_ + folder);
  }
  WriteFile(directory_ + "/config", "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n");
  SetHead("refs/heads/main");
  objects_ = std::make_unique<Objects>(directory_);
}

GitHistory::~GitHistory() = default;

ObjectId GitHistory::BuildTree(const HistoryCommit& commit) {
  if (commit.tree) return *commit.tree;
  std::map<std::string, HistoryEntry> entries;
  if (!commit.whole_tree && !commit.parents.empty()) entries = Files(commit.parents[0]);
  for (const std::string& path : commit.removed) Erase(entries, path);
  for (const auto& [path, file] : commit.files) {
    Erase(entries, path);
    EraseFoldersOf(entries, path);
    entries[path] = {file.mode, file.id ? *file.id : objects_->Write(GIT_OBJECT_BLOB, file.bytes)};
  }
  return objects_->WriteTree(entries);
}

std::string GitHistory::CommitBytes(const HistoryCommit& commit) {
  clock_ = commit.time.value_or(clock_ + 60);
  std::string bytes = absl::StrCat("tree ", BuildTree(commit).Hex(), "\n");
  for (const ObjectId& parent : commit.parents) absl::StrAppend(&bytes, "parent ", parent.Hex(), "\n");
  absl::StrAppend(&bytes, "author ", commit.author, " ", clock_, " ", commit.zone, "\n");
  absl::StrAppend(&bytes, "committer ", commit.committer, " ", clock_, " ", commit.zone, "\n");
  absl::StrAppend(&bytes, commit.headers, "\n", commit.message);
  return bytes;
}

ObjectId GitHistory::Commit(const HistoryCommit& commit) { return WriteObject("commit", CommitBytes(commit)); }

ObjectId GitHistory::WriteObject(std::string_view type, std::string_view bytes) {
  const git_object_t known = git_object_string2type(std::string(type).c_str());
  Require(known != GIT_OBJECT_INVALID, "unknown type of object");
  return objects_->Write(known, bytes);
}

ObjectId GitHistory::WriteTree(const std::map<std::string, HistoryEntry>& entries) {
  return objects_->WriteTree(entries);
}

ObjectId GitHistory::Tag(const std::string& name, const ObjectId& target, std::string_view target_type,
                         std::string_view message) {
  clock_ += 60;
  std::string bytes = "object " + target.Hex() + "\ntype " + std::string(target_type) + "\ntag " + name;
  absl::StrAppend(&bytes, "\ntagger Carl Committer <carl@example.com> ", clock_, " +0000\n\n");
  bytes += message;
  const ObjectId tag = WriteObject("tag", bytes);
  SetRef("refs/tags/" + name, tag);
  return tag;
}

void GitHistory::SetRef(const std::string& name, const ObjectId& target) { WriteRefFile(name, target.Hex() + "\n"); }

void GitHistory::DeleteRef(const std::string& name) {
  const bool packed = std::filesystem::exists(directory_ + "/packed-refs");
  if (packed) Git({"update-ref", "-d", name});
  Require(std::filesystem::remove(directory_ + "/" + name) || packed, absl::StrCat("no ref ", name));
  // Folders left empty would stand in the way of a ref of their name.
  std::filesystem::path folder = std::filesystem::path(directory_ + "/" + name).parent_path();
  while (folder.string().size() > directory_.size() + std::strlen("/refs/heads") && std::filesystem::exists(folder) &&
         std::filesystem::is_empty(folder)) {
    std::filesystem::remove(folder);
    folder = folder.parent_path();
  }
}

void GitHistory::WriteRefFile(const std::string& name, std::string_view bytes) {
  WriteFile(directory_ + "/" + name, bytes);
}

void GitHistory::SetHead(const std::string& ref) { WriteFile(directory_ + "/HEAD", "ref: " + ref + "\n"); }

void GitHistory::DetachHead(const ObjectId& commit) { WriteFile(directory_ + "/HEAD", commit.Hex() + "\n"); }

void GitHistory::DeleteObject(const ObjectId& id) {
  const std::string hex = id.Hex();
  const std::string path = directory_ + "/objects/" + hex.substr(0, 2) + "/" + hex.substr(2);
  Require(std::filesystem::remove(path), absl::StrCat("no loose object ", hex));
}

void GitHistory::MarkShallow(const std::vector<ObjectId>& commits) {
  std::string lines;
  for (const ObjectId& commit : commits) absl::StrAppend(&lines, commit.Hex(), "\n");
  WriteFile(directory_ + "/shallow", lines);
}

std::map<std::string, HistoryEntry> GitHistory::Files(const ObjectId& commit) const {
  return objects_->EntriesOf(TreeOf(commit));
}

ObjectId GitHistory::TreeOf(const ObjectId& commit) const {
  const std::string bytes = ReadObject(commit);
  const std::optional<ObjectId> tree = ObjectId::FromHex(std::string_view(bytes).substr(5, 40));
  Require(absl::StartsWith(bytes, "tree ") && tree.has_value(), absl::StrCat("no commit: ", commit.Hex()));
  return *tree;
}

std::string GitHistory::ReadObject(const ObjectId& id) const { return objects_->Read(id); }

std::string GitHistory::Git(const std::vector<std::string>& arguments) const { return RunGit(directory_, arguments); }

std::string RunGit(const std::string& directory, const std::vector<std::string>& arguments) {
  std::array<int, 2> ends{};
  Require(pipe(ends.data()) == 0, "no pipe");
  const pid_t child = fork();
  Require(child >= 0, "cannot fork");
  if (child == 0) ExecGit(directory, arguments, ends[1]);
  close(ends[1]);
  std::FILE* pipe_end = fdopen(ends[0], "r");
  std::string out = ReadAll(pipe_end);
  std::fclose(pipe_end);
  int status = 0;
  waitpid(child, &status, 0);
  Require(WIFEXITED(status) && WEXITSTATUS(status) == 0,
          absl::StrCat("git ", arguments.empty() ? "" : arguments[0], " failed: ", status));
  return out;
}

}  // namespace setpoint::test
