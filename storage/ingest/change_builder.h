// The files and changes of one entry: state before it on its timeline → state of its commit (design.md).
// One thread at a time: the builder's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/git/object_reader.h"
#include "storage/git/tree_diff.h"
#include "storage/ingest/commit_graph.h"
#include "storage/ingest/decode_memo.h"
#include "storage/ingest/entry_difference.h"
#include "storage/ingest/file_state.h"
#include "storage/ingest/planned_entry.h"
#include "storage/ingest/redecoder.h"
#include "storage/ingest/template_paths.h"
#include "storage/ingest/tree_lookup.h"
#include "storage/log/entry.h"
#include "storage/projections/catalog.h"
#include "storage/projections/projector.h"

namespace setpoint::storage {

class ChangeBuilder {
 public:
  struct Inputs {
    const Catalog& catalog;
    Projector& projector;
    DecodeMemo& memo;
    CommitGraph& graph;  // The builder's own: graphs are not shared between threads.
    ObjectReader& objects;
    Redecoder& redecoder;  // For what stands in the store under an older decoder.
    std::string repository_name;
  };

  // The inputs outlive it.
  explicit ChangeBuilder(const Inputs& inputs)
      : inputs_(inputs), differ_(inputs.objects, kDifferCacheBytes), template_paths_(inputs.catalog.names) {}

  // The contents of a `redecoded` entry are in the redecoder's memo, of all others in `memo`.
  absl::StatusOr<BuiltEntry> Build(PlannedEntry& planned);

 private:
  absl::Status CompareDeltas(const PlannedEntry& planned, EntryDifference& difference);
  absl::Status CompareUndecoded(const PlannedEntry& planned, EntryDifference& difference);
  absl::Status CompareTemplates(const PlannedEntry& planned, EntryDifference& difference);
  absl::Status CompareAgreed(const PlannedEntry& planned, std::string_view path, const TreeLeaf& leaf,
                             EntryDifference& difference);
  absl::StatusOr<std::vector<std::string>> SuspectedTemplates(const PlannedEntry& planned,
                                                              const ObjectId& first_parent);
  absl::Status SettleDirectories(const PlannedEntry& planned, EntryDifference& difference);
  absl::StatusOr<bool> MayDiffer(const PlannedEntry& planned, PathId path, const TreeLeaf& leaf);
  absl::StatusOr<FileState> StateAtCommit(const PlannedEntry& planned, std::string_view path, FileMode mode,
                                          const ObjectId& blob, const FileState& before);
  absl::StatusOr<FileState> StateAtFirstParent(const PlannedEntry& planned, std::string_view path);
  static std::optional<ObjectId> FirstParent(const PlannedEntry& planned);

  static constexpr size_t kDifferCacheBytes = size_t{4} << 20;

  const Inputs inputs_;
  TreeDiffer differ_;  // For first parents that are not the state before.
  TemplatePaths template_paths_;
  std::vector<PathId>
      undecoded_before_;  // Of the entry at hand: the paths that do not decode whole in the state before.
};

}  // namespace setpoint::storage
