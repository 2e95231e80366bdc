// What each blob decodes to, by blob, path class and decoder version: a blob is parsed once, however many commits and
// timelines show it. Contents are kept only until the store has them. Bounded: past kMemoBlobsMax everything is
// forgotten, and decoded again where it is asked for. Decoding itself (DecodeBlob) may run on any thread; the memo
// belongs to the builder's.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "storage/base/digest.h"
#include "storage/formats/decoder.h"
#include "storage/git/object_reader.h"
#include "storage/ingest/decode_task.h"

namespace setpoint::storage {

inline constexpr size_t kMemoBlobsMax = 400'000;

// Reads what a task asks for; a missing blob and one too large to be read are no errors.
absl::Status ReadBlob(ObjectReader& objects, DecodeTask& task);

// Decodes what a task has read. `decoded.resources` is never empty afterwards but where the outcome is kFailed or
// kMissing (or nothing is declared): then its one resource is the `file` that stands in, and `stands_in` is set.
// Does nothing where that was done.
void DecodeBlob(DecodeTask& task, const Decoder& decoder);

// Decodes a blob of which the store keeps no text, since it is large and no decoder takes it, right where it was read,
// and lets its bytes go: a commit may have many of them, and all its blobs are in memory at once.
void DecodeLarge(DecodeTask& task, const Decoder& decoder);

struct MemoResource {
  std::string identity;
  Format format = Format::kFile;
  Digest hash;
  std::string content;  // Empty once the store has it.
};

struct MemoBlob {
  Outcome outcome = Outcome::kDecoded;
  std::string reason;
  bool stands_in = false;  // The one resource is a `file` in place of what the file should declare or does not.
  std::vector<MemoResource> resources;
};

// What a task decoded, as the memo keeps it; taken out of the task.
MemoBlob MakeMemoBlob(DecodeTask& task);

class DecodeMemo {
 public:
  // Reads what a task asks for, wherever it is kept; a blob that is not there is no error but `missing`.
  using Read = std::function<absl::Status(DecodeTask& task)>;

  // `read` brings blobs that no task brought.
  DecodeMemo(Read read, const Decoder& decoder) : read_(std::move(read)), decoder_(decoder) {}

  const Decoder& decoder() const { return decoder_; }
  BlobKey KeyOf(std::string_view path, FileMode mode, const ObjectId& blob) const {
    return {.blob = blob, .path_class = ClassifyPath(path, mode), .decoder_version = decoder_.version};
  }

  // Takes over what a task decoded.
  void Add(DecodeTask& task);

  // Valid until the next Forget. Reads and decodes where nothing is known.
  absl::StatusOr<MemoBlob*> Find(const BlobKey& key);

  // The content of one resource of a blob, decoded again where it was dropped.
  absl::StatusOr<std::string> Content(const BlobKey& key, size_t resource);

  // The bytes of a blob that no task at hand brought (a text that the store lacks); nothing where it is missing.
  absl::StatusOr<DecodeTask> ReadTask(const BlobKey& key);

  // Drops contents of a blob.
  void DropContents(const BlobKey& key);
  void DropAllContents();
  // Between runs: drops what was missing, since the next fetch may bring it, and everything where it is too much.
  void Trim();

 private:
  const Read read_;
  const Decoder decoder_;
  absl::flat_hash_map<BlobKey, std::unique_ptr<MemoBlob>> blobs_;
};

}  // namespace setpoint::storage
