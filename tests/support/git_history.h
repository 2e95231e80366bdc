// Builds real Git repositories for tests: commits, merges, tags and refs of every shape, odd and broken ones included.
// Objects are written loose by libgit2 and refs as plain files, so that a repository of dozens of commits costs
// milliseconds and no process is started. Deterministic: the same calls give the same object ids.
// Every failure aborts the test program with a message. One thread at a time.
//
//   GitHistory history(directory);
//   ObjectId a = history.Commit({.files = {{"a.yaml", "a: 1"}, {"b.yaml", "b: 1"}}});
//   ObjectId b = history.Commit({.parents = {a}, .files = {{"a.yaml", "a: 2"}}, .removed = {"b.yaml"}});
//   history.SetRef("refs/heads/main", b);
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/base/file_mode.h"
#include "storage/base/object_id.h"

namespace setpoint::test {

// One path of a commit: the bytes of a file, the target of a symlink, or the commit of a submodule.
struct HistoryFile {
  HistoryFile(const char* text) : bytes(text) {}             // NOLINT: {"a.yaml", "a: 1"} is the point.
  HistoryFile(std::string text) : bytes(std::move(text)) {}  // NOLINT: likewise.
  HistoryFile(std::string text, storage::FileMode file_mode) : bytes(std::move(text)), mode(file_mode) {}

  static HistoryFile Executable(std::string text);
  static HistoryFile Symlink(std::string target);
  static HistoryFile Submodule(const storage::ObjectId& commit);
  // An object that is there already (or never will be), shown under any mode; 0100664 and the like are kept as given.
  static HistoryFile Object(const storage::ObjectId& id, uint32_t raw_mode = 0100644);

  std::string bytes;
  storage::FileMode mode = storage::FileMode::kRegular;
  std::optional<storage::ObjectId> id;  // In place of `bytes`.
};

// What stands at a path of a tree.
struct HistoryEntry {
  storage::FileMode mode = storage::FileMode::kRegular;
  storage::ObjectId id;
  bool operator==(const HistoryEntry&) const = default;
};

struct HistoryCommit {
  std::vector<storage::ObjectId> parents = {};
  // Written over the tree of the first parent. A file replaces a folder of its name, and a folder a file.
  std::map<std::string, HistoryFile> files = {};
  // Paths taken away from the tree of the first parent: files, or whole folders. Applied before `files`.
  std::vector<std::string> removed = {};
  // `files` are the whole tree = {}; the first parent's is not looked at.
  bool whole_tree = false;
  // This tree as it is, whatever stands above.
  std::optional<storage::ObjectId> tree = {};

  std::string message = "change\n";
  // As they stand before the date, brackets and all; empty names are allowed.
  std::string author = "Ada Author <ada@example.com>";
  std::string committer = "Carl Committer <carl@example.com>";
  // Seconds since 1970 of the committer, and of the author. By default a minute after the commit made before.
  std::optional<int64_t> time = {};
  std::string zone = "+0000";
  // Whole header lines, each with its line feed, between committer and message ("encoding ISO-8859-1\n").
  std::string headers = {};
};

class GitHistory {
 public:
  // Makes a bare repository at `directory`, which must not exist or be empty. HEAD is refs/heads/main.
  explicit GitHistory(std::string directory);
  ~GitHistory();
  GitHistory(const GitHistory&) = delete;
  GitHistory& operator=(const GitHistory&) = delete;

  const std::string& directory() const { return directory_; }

  // Writes blobs, trees and the commit. Parents need not exist as objects unless their tree is built upon.
  storage::ObjectId Commit(const HistoryCommit& commit);

  // The bytes that Commit would write; its trees and blobs are written. To be changed and given to WriteObject.
  std::string CommitBytes(const HistoryCommit& commit);

  // Any object, byte for byte, well formed or not. `type` is "commit", "tree", "blob" or "tag".
  storage::ObjectId WriteObject(std::string_view type, std::string_view bytes);

  // A tree of these paths, folders nested.
  storage::ObjectId WriteTree(const std::map<std::string, HistoryEntry>& entries);

  // An annotated tag object of any object, and refs/tags/<name>.
  storage::ObjectId Tag(const std::string& name, const storage::ObjectId& target,
                        std::string_view target_type = "commit", std::string_view message = "tag\n");

  void SetRef(const std::string& name, const storage::ObjectId& target);
  void DeleteRef(const std::string& name);
  // Any bytes as the content of the ref's file: symbolic refs ("ref: refs/heads/x\n") and broken ones.
  void WriteRefFile(const std::string& name, std::string_view bytes);
  // The branch, which need not exist, that HEAD names.
  void SetHead(const std::string& ref);
  void DetachHead(const storage::ObjectId& commit);

  // Takes the object away, so that it is missing. It must be loose: do it before any `git gc`.
  void DeleteObject(const storage::ObjectId& id);
  // Declares that history ends at these commits (their parents may be deleted or never written).
  void MarkShallow(const std::vector<storage::ObjectId>& commits);

  // Every leaf of the commit's tree by path: the oracle of tests. The commit was made here and is well formed.
  std::map<std::string, HistoryEntry> Files(const storage::ObjectId& commit) const;
  storage::ObjectId TreeOf(const storage::ObjectId& commit) const;
  // The object's bytes, its type not asked.
  std::string ReadObject(const storage::ObjectId& id) const;

  // Runs `git` in the repository (config of user and system shut out) and gives its standard output.
  std::string Git(const std::vector<std::string>& arguments) const;

 private:
  class Objects;

  storage::ObjectId BuildTree(const HistoryCommit& commit);

  std::string directory_;
  std::unique_ptr<Objects> objects_;
  int64_t clock_ = 1'700'000'000;
};

// Runs `git` with these arguments, in `directory`; its standard output. Aborts the test where it fails.
std::string RunGit(const std::string& directory, const std::vector<std::string>& arguments);

}  // namespace setpoint::test
