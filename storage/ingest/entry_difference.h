// Gathers the files and changes of one entry as they are found, joins what moved, and puts all in the order of the log.
// One thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

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

class EntryDifference {
 public:
  // One file with what changed in it. Whether it made any change.
  enum class Unchanged { kKeepFile, kDropFile };
  bool Add(std::string_view path, const FileState& before, const FileState& after, Unchanged unchanged);

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

  void AddFile(std::string_view path, const FileState& state);
  void AddChanges(const FileState& before, const FileState& after);
  MoveCandidate Candidate(const Draft& draft) const;
  void JoinMoves();
  std::vector<uint32_t> PlaceFiles(BuiltEntry& built);

  std::vector<FileChange> files_;
  std::vector<std::optional<BlobKey>> texts_;
  std::vector<Draft> drafts_;
};

}  // namespace setpoint::storage
