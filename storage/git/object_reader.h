// Raw objects of a bare repository, by libgit2. One reader belongs to one thread at a time.
// Its verification of hashes is off here (the fetch verified them); `verify` turns it on.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/base/object_id.h"

namespace setpoint::storage {

enum class ObjectType { kCommit, kTree, kBlob, kTag };

struct RawObject {
  ObjectType type = ObjectType::kBlob;
  std::string bytes;
};

class ObjectReader {
 public:
  virtual ~ObjectReader() = default;

  // `git_directory` is a bare repository (or a .git folder). Errors: no repository there; one with SHA-256 objects.
  static absl::StatusOr<std::unique_ptr<ObjectReader>> Open(const std::string& git_directory);

  // Nothing where the object is missing (shallow or partial source); an error where it is there and unreadable.
  virtual absl::StatusOr<std::optional<RawObject>> Read(const ObjectId& id) = 0;

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
