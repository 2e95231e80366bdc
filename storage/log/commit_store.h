// The fact family `objects`: commits and annotated tags, byte for byte as Git has them, so that signatures can be
// verified again and ancestors walked when upstream has dropped them.
//   key: repository u32, big-endian · object id (20)      value: type byte, raw bytes (without Git's header)
// Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "storage/base/ids.h"
#include "storage/base/object_id.h"
#include "storage/engine/row_sink.h"
#include "storage/engine/store.h"

namespace setpoint::storage {

// On disk: fixed for ever. The numbers are those of Git's own packs.
enum class StoredObjectType : uint8_t { kCommit = 1, kTag = 4 };

struct StoredObject {
  StoredObjectType type = StoredObjectType::kCommit;
  std::string bytes;
  bool operator==(const StoredObject&) const = default;
};

// The row's key; its first four bytes are the prefix of all objects of a repository.
std::string StoredObjectKey(RepositoryId repository, const ObjectId& id);

void PutObject(RepositoryId repository, const ObjectId& id, StoredObjectType type, std::string_view bytes,
               RowSink& sink);

// Nothing where the store has no such object; kDataLoss where its row is malformed.
absl::StatusOr<std::optional<StoredObject>> ReadObject(const RowReader& rows, RepositoryId repository,
                                                       const ObjectId& id);
absl::StatusOr<StoredObject> DecodeStoredObject(std::string_view value);

}  // namespace setpoint::storage
