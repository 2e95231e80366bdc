// What one path has at one commit: its own decoded resources and what it holds (design.md, The state of a commit).
// One thread at a time: the builder's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/base/digest.h"
#include "storage/base/file_mode.h"
#include "storage/base/object_id.h"
#include "storage/engine/store.h"
#include "storage/formats/decoder.h"
#include "storage/ingest/decode_memo.h"
#include "storage/projections/catalog.h"

namespace setpoint::storage {

struct FileResource {
  std::string key;
  Format format = Format::kFile;
  Digest hash;
  bool stale = false;
  // Stands in for a file that does not decode and holds nothing: it is not held in its turn.
  bool is_placeholder = false;
  size_t memo_index = 0;  // Of a decoded one: its place in the blob's memo.
  // Of a held one that perhaps no entry has shown yet, since a newer decoder makes it: the blob that it is decoded
  // from.
  std::optional<BlobKey> held_from = std::nullopt;
};

struct FileState {
  FileMode mode = FileMode::kAbsent;
  ObjectId blob;
  BlobKey memo_key;
  Outcome outcome = Outcome::kDecoded;
  std::string reason;
  std::vector<FileResource> resources;

  // Whether it may hold: it does not decode whole, or its blob is missing.
  bool IsUndecoded() const {
    return mode != FileMode::kAbsent &&
           (outcome == Outcome::kPartly || outcome == Outcome::kFailed || outcome == Outcome::kMissing);
  }
  // Whether it may hold, by what the first parent's state has: also a text that is a template since it does not parse.
  bool MayHold() const;
};

// Whether the resource's key has the directory as its scope, so that its ordinal counts over all files there. In a
// FileState such keys have the ordinal that the resource has in its file alone; directory_numbers.h gives the real one.
bool IsOfDirectory(const FileResource& resource);

// Puts resources of equal identity in the order of their ordinals; the others may come in any.
void SortByOrdinal(std::vector<FileResource>& resources);

// What a blob at a path decodes to, with nothing held yet.
absl::StatusOr<FileState> DecodedState(DecodeMemo& memo, std::string_view path, FileMode mode, const ObjectId& blob);

// Adds what the file holds: those of `candidates` (the resources that the first parent's state has from the path)
// that were not decoded now. A stand-in gives way to them.
// A text that became a template by failure to parse counts as not decoded where the candidates are of a named format
// and it is all that the file gives, or the first one there: a typed `{{` deletes nothing (formats.md).
void Hold(const std::vector<FileResource>& candidates, FileState& state);

// What a path has while its blob is missing, with nothing held yet.
FileState MissingState(const DecodeMemo& memo, std::string_view path, FileMode mode, const ObjectId& blob);

// The state of a path at a commit that has an entry of the memo's decoder version: what it was and held there is read,
// not derived again.
// `undecoded`: the paths that did not decode whole there (FindUndecodedPaths).
absl::StatusOr<FileState> RecordedState(DecodeMemo& memo, const RowReader& rows, const Catalog& catalog,
                                        const std::vector<PathId>& undecoded, std::string_view path, FileMode mode,
                                        const ObjectId& blob, Position at);

}  // namespace setpoint::storage
