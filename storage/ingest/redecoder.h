// What a newer decoder makes of states that an older one gave: read from the `texts` that the store keeps, not from
// Git (design.md, Decoder versions and healing). States of older decoders are always durable, so only durable rows are
// asked.
// One thread at a time: the builder's.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/base/ids.h"
#include "storage/base/object_id.h"
#include "storage/engine/store.h"
#include "storage/formats/decoder.h"
#include "storage/git/object_reader.h"
#include "storage/ingest/decode_memo.h"
#include "storage/ingest/entry_difference.h"
#include "storage/ingest/file_state.h"
#include "storage/ingest/planned_entry.h"
#include "storage/projections/catalog.h"
#include "storage/projections/files.h"
#include "storage/projections/state.h"

namespace setpoint::storage {

class Redecoder {
 public:
  struct Inputs {
    const RowReader& rows;
    const Catalog& catalog;
    Decoder decoder;
    // Only for files of which the store keeps no text (larger than kTextBytesMax). May be null.
    ObjectReader* objects = nullptr;
  };

  // The inputs outlive it.
  explicit Redecoder(const Inputs& inputs);
  Redecoder(const Redecoder&) = delete;
  Redecoder& operator=(const Redecoder&) = delete;

  // A `redecoded` entry: what the state at `planned.before` has → what decoding the same files now gives.
  absl::StatusOr<BuiltEntry> Build(const PlannedEntry& planned);

  // Whether the state at a position is an older decoder's. Positions that are not durable yet are not.
  absl::StatusOr<bool> IsOlder(Position position);

  // What a path has in the state of a commit that stands in the store, by the present decoder. What it holds is found
  // down the first parents, as far as files do not decode whole. `upto`: the entry before the one that is built; later
  // ones, which a check of the whole log has at hand, do not count.
  absl::StatusOr<FileState> StateAt(RepositoryId repository, const ObjectId& commit, std::string_view path,
                                    Revision upto);

  // Holds the contents of the changes of the entry built last.
  DecodeMemo& memo() { return memo_; }

 private:
  // One step down the first parents: the file there, decoded, with nothing held yet; where it may hold, the parent.
  struct Step {
    FileState state;
    std::optional<ObjectId> first_parent;
    bool is_whole = false;  // Nothing is to be held from further down.
  };

  absl::Status ReadKept(DecodeTask& task);
  absl::StatusOr<ObjectId> BlobOf(const FileVersion& file);
  absl::StatusOr<Step> StepAt(RepositoryId repository, const ObjectId& commit, std::string_view path, Revision upto);
  absl::StatusOr<std::optional<Position>> PresentPosition(const std::vector<Position>& positions);
  absl::StatusOr<FileState> Decode(std::string_view path, const FileVersion& file);
  absl::StatusOr<FileState> StateBefore(std::string_view path, const std::vector<const StateItem*>& items);
  absl::Status CompareFile(const PlannedEntry& planned, PathId path, const std::vector<const StateItem*>& items,
                           EntryDifference& difference);
  absl::StatusOr<bool> StaysAsItIs(std::string_view path, const FileVersion& file) const;

  const Inputs inputs_;
  DecodeMemo memo_;
};

}  // namespace setpoint::storage
