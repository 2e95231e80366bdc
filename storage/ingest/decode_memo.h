// What each blob decodes to, by blob, path class and decoder version: a blob is parsed once, however many commits and
// timelines show it. Its bytes and contents are at hand only until the store has them, and of all blobs together no
// more than kBytesAtHandMax (base/limits.h): what is beyond is read and decoded again where it is asked for, so that a
// commit may bring any number of files. Past kMemoBlobsMax everything is forgotten. Decoding itself (DecodeBlob) may
// run on any thread; the memo belongs to the builder's.
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
// and lets its bytes go: nobody else needs them.
void DecodeLarge(DecodeTask& task, const Decoder& decoder);

struct MemoResource {
  std::string identity;
  Format format = Format::kFile;
  Digest hash;
};

struct MemoBlob {
  Outcome outcome = Outcome::kDecoded;
  std::string reason;
  bool stands_in = false;  // The one resource is a `file` in place of what the file should declare or does not.
  std::vector<MemoResource> resources;
};

// What the memo keeps of a decoded task.
MemoBlob MakeMemoBlob(const DecodeTask& task);

// The content of one resource of a decoded task; kDataLoss where it has no such resource.
absl::StatusOr<std::string_view> ContentOf(const DecodeTask& task, size_t resource);

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

  // Takes over a decoded task.
  void Add(const std::shared_ptr<DecodeTask>& task);

  // Valid until the next Trim. Reads and decodes where nothing is known.
  absl::StatusOr<const MemoBlob*> Find(const BlobKey& key);

  // A blob with its bytes: at hand, or read again; then it is not decoded.
  absl::StatusOr<std::shared_ptr<DecodeTask>> Bring(const BlobKey& key);

  // The content of one resource of a blob, decoded again where it is not at hand.
  absl::StatusOr<std::string> Content(const BlobKey& key, size_t resource);

  // Nothing, or one blob less, is at hand from here on: the store has it, or does not need it.
  void LetGo();
  void LetGo(const BlobKey& key);
  // Between runs: drops what was missing, since the next fetch may bring it, and everything where it is too much.
  void Trim();

 private:
  const Read read_;
  const Decoder decoder_;
  absl::flat_hash_map<BlobKey, std::unique_ptr<MemoBlob>> blobs_;
  absl::flat_hash_map<BlobKey, std::shared_ptr<DecodeTask>> at_hand_;
  size_t bytes_at_hand_ = 0;
};

}  // namespace setpoint::storage
