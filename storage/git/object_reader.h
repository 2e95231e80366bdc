// Raw objects of a bare repository. One reader belongs to one thread at a time; readers of one repository know nothing
// of each other.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/base/object_id.h"

namespace setpoint::storage {

enum class ObjectType { kCommit, kTree, kBlob, kTag };

struct RawObject {
  ObjectType type = ObjectType::kBlob;
  std::string bytes;
};

// The bytes belong to the reader and last until its next call.
struct ObjectView {
  ObjectType type = ObjectType::kBlob;
  std::string_view bytes;
};

struct ObjectReaderOptions {
  // Recompute the id of every object that is read; kDataLoss where it differs. Off for ingest: a fetch over the wire
  // has verified them, and it costs four times the reading itself. On for `verify`.
  bool verify_ids = false;
  // Memory for the objects read last: history is packed as differences between neighbours, so that most reads begin
  // with one of them. More was measured to be slower: it no longer fits the processor's caches.
  size_t cache_bytes = size_t{16} << 20;
};

class ObjectReader {
 public:
  virtual ~ObjectReader() = default;

  // `git_directory` is a bare repository (or a .git folder). Errors: no repository there; one with SHA-256 objects.
  static absl::StatusOr<std::unique_ptr<ObjectReader>> Open(const std::string& git_directory,
                                                            const ObjectReaderOptions& options = {});

  // Nothing where the object is missing (shallow or partial source); kDataLoss where it is there and unreadable, or
  // beyond kObjectBytesMax.
  // The cheap way to read: nothing is copied.
  virtual absl::StatusOr<std::optional<ObjectView>> View(const ObjectId& id) = 0;

  // View, as a copy of the caller's own.
  absl::StatusOr<std::optional<RawObject>> Read(const ObjectId& id);

  // Size and type without the bytes.
  struct Header {
    ObjectType type = ObjectType::kBlob;
    size_t size = 0;
  };
  virtual absl::StatusOr<std::optional<Header>> ReadHeader(const ObjectId& id) = 0;

  // Looks again for packs that a fetch has added since.
  virtual absl::Status Refresh() = 0;
};

}  // namespace setpoint::storage
