// Where the reference model reads a history from: parents, trees and blobs, by libgit2's own calls, which no part of
// storage/git uses. Everything read is kept. One thread. Aborts where an object is missing.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "storage/base/file_mode.h"
#include "storage/base/object_id.h"

struct git_repository;

namespace setpoint::test {

// One path of a tree.
struct TreeFile {
  storage::FileMode mode = storage::FileMode::kAbsent;
  storage::ObjectId blob;
  bool operator==(const TreeFile&) const = default;
};
using FileMap = std::map<std::string, TreeFile>;  // By path bytes: std::string compares them unsigned.

class HistorySource {
 public:
  explicit HistorySource(const std::string& git_directory);
  ~HistorySource();
  HistorySource(const HistorySource&) = delete;
  HistorySource& operator=(const HistorySource&) = delete;

  const std::vector<storage::ObjectId>& ParentsOf(const storage::ObjectId& commit);
  const FileMap& FilesOf(const storage::ObjectId& commit);
  // One path without reading the whole tree. Nothing where there is no such path, or a folder.
  std::optional<TreeFile> FileAt(const storage::ObjectId& commit, const std::string& path);
  std::string BlobBytes(const storage::ObjectId& blob);

  // Follows annotated tags; nothing where they do not end at a commit.
  std::optional<storage::ObjectId> PeelToCommit(const storage::ObjectId& id);

 private:
  git_repository* repository_ = nullptr;
  std::map<storage::ObjectId, std::vector<storage::ObjectId>> parents_;
  std::map<storage::ObjectId, FileMap> files_;
};

}  // namespace setpoint::test
