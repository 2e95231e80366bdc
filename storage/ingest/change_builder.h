// The files and changes of one entry: state before it on its timeline → state of its commit (design.md).
// One thread at a time: the builder's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/git/object_reader.h"
#include "storage/ingest/commit_graph.h"
#include "storage/ingest/decode_memo.h"
#include "storage/ingest/file_state.h"
#include "storage/ingest/planned_entry.h"
#include "storage/ingest/tree_lookup.h"
#include "storage/log/entry.h"
#include "storage/projections/catalog.h"
#include "storage/projections/projector.h"

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

class ChangeBuilder {
 public:
  struct Inputs {
    const Catalog& catalog;
    Projector& projector;
    DecodeMemo& memo;
    CommitGraph& graph;  // The builder's own: graphs are not shared between threads.
    ObjectReader& objects;
    std::string repository_name;
  };

  // The inputs outlive it.
  explicit ChangeBuilder(const Inputs& inputs) : inputs_(inputs) {}

  absl::StatusOr<BuiltEntry> Build(PlannedEntry& planned);

 private:
  struct Difference;

  absl::Status CompareDeltas(const PlannedEntry& planned, Difference& difference);
  absl::Status CompareUndecoded(const PlannedEntry& planned, Difference& difference);
  absl::StatusOr<bool> MayDiffer(const PlannedEntry& planned, PathId path, const TreeLeaf& leaf);
  absl::StatusOr<FileState> StateAtCommit(const PlannedEntry& planned, std::string_view path, FileMode mode,
                                          const ObjectId& blob, const FileState& before);
  absl::StatusOr<FileState> StateAtFirstParent(const PlannedEntry& planned, std::string_view path);
  static std::optional<ObjectId> FirstParent(const PlannedEntry& planned);

  const Inputs inputs_;
  std::vector<PathId>
      undecoded_before_;  // Of the entry at hand: the paths that do not decode whole in the state before.
};

}  // namespace setpoint::storage
