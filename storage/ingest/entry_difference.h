// Gathers the files and changes of one entry as they are found, joins what moved, and puts all in the order of the log.
// One thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "storage/base/digest.h"
#include "storage/formats/move_matcher.h"
#include "storage/ingest/decode_task.h"
#include "storage/ingest/file_state.h"
#include "storage/log/entry.h"

namespace setpoint::storage {

// Where the content of a change, or the bytes of a file, is to be had from.
struct ContentSource {
  BlobKey key;
  size_t memo_index = 0;
};

struct BuiltEntry {
  Entry entry;
  std::vector<std::optional<ContentSource>> contents;  // Of each change; nothing for a deletion or what is held.
  std::vector<std::optional<BlobKey>> texts;           // Of each file; nothing where it is absent.
};

// An identity whose ordinals count over a directory, as key text.
struct SharedIdentity {
  std::string base;
  bool was_there = false;  // The file had one in the state before.
};

class EntryDifference {
 public:
  // One file with what changed in it. Whether it made any change, as far as can be told: the ordinals of a directory's
  // resources are known when all of its files are.
  enum class Unchanged { kKeepFile, kDropFile };
  bool Add(std::string_view path, const FileState& before, const FileState& after, Unchanged unchanged);
  bool HasFile(std::string_view path) const { return paths_.contains(std::string(path)); }

  // The identities of directories that the files added since the last call have or had.
  std::vector<SharedIdentity> TakeIdentities();

  // Numbers what is shared by directories: no file is added any more. Before what follows.
  void Settle();
  // A resource of a directory that is decoded in the state after; nothing where there is none.
  std::optional<ContentSource> FindDecoded(const std::string& key) const;
  // Joins each deletion and creation that are one thing into one `moved` change. An error is one of `find`.
  absl::Status JoinMoves(const FindMovedBlock& find);

  // `entry` with all that was gathered: files by path bytes, changes by key bytes with deletions last.
  BuiltEntry Finish(Entry entry);

 private:
  // One change under way.
  struct Draft {
    Change change;
    std::optional<ContentSource> content;
    Digest removed_hash;      // Of a deletion: what the resource was.
    bool is_dropped = false;  // Became the source of a move.
  };

  // A file of a directory whose resources are numbered together.
  struct Member {
    uint32_t file = 0;
    FileState before;
    FileState after;
    Unchanged unchanged = Unchanged::kKeepFile;
  };
  // A resource of the state before, and its file.
  struct Old {
    const FileResource* resource = nullptr;
    uint32_t file = 0;
  };
  using OldResources = absl::flat_hash_map<std::string_view, Old>;

  void AddFile(std::string_view path, const FileState& state);
  void AddChanges(uint32_t file, const FileState& after, OldResources& old_resources);
  void AddDeletions(const OldResources& old_resources);
  void SettleDirectory(std::vector<Member>& members);
  MoveCandidate Candidate(const Draft& draft) const;
  std::vector<uint32_t> PlaceFiles(BuiltEntry& built);

  std::vector<FileChange> files_;
  std::vector<std::optional<BlobKey>> texts_;
  std::vector<bool> is_dropped_;            // Of files_.
  absl::flat_hash_set<std::string> paths_;  // Of files_.
  std::vector<Draft> drafts_;
  absl::btree_map<std::string, std::vector<Member>> directories_;  // By scope.
  std::vector<SharedIdentity> identities_;
  absl::flat_hash_map<std::string, ContentSource> decoded_;  // Of directories, in the state after.
};

}  // namespace setpoint::storage
