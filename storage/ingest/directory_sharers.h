// The files that an entry leaves as they are, but whose resources may get another ordinal by it: those of one directory
// that declare what a file of the entry declares, too (formats.md, The resource key). And the `moved` blocks that speak
// of what the entry removes.
// One thread at a time: the builder's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/git/object_reader.h"
#include "storage/ingest/commit_graph.h"
#include "storage/ingest/decode_memo.h"
#include "storage/ingest/entry_difference.h"
#include "storage/ingest/planned_entry.h"
#include "storage/projections/catalog.h"
#include "storage/projections/projector.h"

namespace setpoint::storage {

class DirectorySharers {
 public:
  struct Inputs {
    const Catalog& catalog;
    Projector& projector;
    DecodeMemo& memo;
    CommitGraph& graph;
    ObjectReader& objects;
    const PlannedEntry& planned;
    const std::vector<PathId>& undecoded_before;
  };

  // The inputs outlive it.
  explicit DirectorySharers(const Inputs& inputs) : inputs_(inputs) {}

  // Adds those files to a difference to which all others were added.
  absl::Status AddTo(EntryDifference& difference);

  // Where the `moved` block of a key stands in a file that is not in the difference.
  absl::StatusOr<std::optional<ContentSource>> FindMovedBlock(std::string_view key, const EntryDifference& difference);

 private:
  absl::Status AddHolders(std::string_view base, EntryDifference& difference);
  absl::Status AddFile(std::string_view path, EntryDifference& difference);
  absl::StatusOr<const Version*> VersionOf(std::string_view key);
  absl::StatusOr<FileState> StateOf(std::string_view path);

  const Inputs inputs_;
};

}  // namespace setpoint::storage
