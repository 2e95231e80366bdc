#include "storage/log/commit_store.h"

#include "storage/base/check.h"
#include "storage/base/coding.h"

namespace setpoint::storage {

std::string StoredObjectKey(RepositoryId repository, const ObjectId& id) {
  std::string key;
  key.reserve(sizeof(uint32_t) + ObjectId::kSize);
  AppendBigEndian32(key, repository.value);
  key.append(id.Bytes());
  return key;
}

void PutObject(RepositoryId repository, const ObjectId& id, StoredObjectType type, std::string_view bytes,
               RowSink& sink) {
  SETPOINT_CHECK(!repository.IsNone() && !id.IsZero(), "an object has a repository and an id");
  std::string value;
  value.reserve(1 + bytes.size());
  value.push_back(static_cast<char>(type));
  value.append(bytes);
  sink.Put(Family::kObjects, StoredObjectKey(repository, id), value);
}

absl::StatusOr<StoredObject> DecodeStoredObject(std::string_view value) {
  const StoredObjectType type = value.empty() ? StoredObjectType{} : static_cast<StoredObjectType>(value.front());
  if (type != StoredObjectType::kCommit && type != StoredObjectType::kTag) {
    return absl::DataLossError("a row of the family `objects` is malformed");
  }
  return StoredObject{type, std::string(value.substr(1))};
}

absl::StatusOr<std::optional<StoredObject>> ReadObject(const RowReader& rows, RepositoryId repository,
                                                       const ObjectId& id) {
  const absl::StatusOr<std::optional<std::string>> row = rows.Get(Family::kObjects, StoredObjectKey(repository, id));
  if (!row.ok()) return row.status();
  if (!row->has_value()) return std::nullopt;
  absl::StatusOr<StoredObject> object = DecodeStoredObject(**row);
  if (!object.ok()) return object.status();
  return *std::move(object);
}

}  // namespace setpoint::storage
