#include "storage/log/content_store.h"

#include "storage/base/check.h"
#include "storage/base/concat.h"

namespace setpoint::storage {
namespace {

// On disk: fixed for ever.
enum class Kind : char { kContent = 1, kErased = 2 };

void PutRecord(const ContentKey& key, Kind kind, std::string_view bytes, RowSink& sink) {
  SETPOINT_CHECK(!key.IsNone() && !key.resource.IsNone() && !key.revision.IsNone(), "a content has a key");
  std::string value;
  value.reserve(1 + bytes.size());
  value.push_back(static_cast<char>(kind));
  value.append(bytes);
  sink.Put(Family::kContent, key.Encode(), value);
}

}  // namespace

void PutContent(const ContentKey& key, std::string_view json, RowSink& sink) {
  PutRecord(key, Kind::kContent, json, sink);
}

void PutErasedContent(const ContentKey& key, const Erasure& erasure, RowSink& sink) {
  PutRecord(key, Kind::kErased, erasure.Encode(), sink);
}

absl::StatusOr<ContentRecord> DecodeContentRecord(std::string_view value) {
  if (!value.empty() && value.front() == static_cast<char>(Kind::kContent)) return std::string(value.substr(1));
  if (!value.empty() && value.front() == static_cast<char>(Kind::kErased)) {
    const std::optional<Erasure> erasure = Erasure::Decode(value.substr(1));
    if (erasure.has_value()) return *erasure;
  }
  return absl::DataLossError("a row of the family `content` is malformed");
}

absl::StatusOr<std::optional<ContentRecord>> ReadContentRecord(const RowReader& rows, const ContentKey& key) {
  const absl::StatusOr<std::optional<std::string>> row = rows.Get(Family::kContent, key.Encode());
  if (!row.ok()) return row.status();
  if (!row->has_value()) return std::nullopt;
  absl::StatusOr<ContentRecord> record = DecodeContentRecord(**row);
  if (!record.ok()) return record.status();
  return *std::move(record);
}

absl::StatusOr<std::optional<std::string>> ReadContent(const RowReader& rows, const ContentKey& key) {
  absl::StatusOr<std::optional<std::string>> row = rows.Get(Family::kContent, key.Encode());
  if (!row.ok() || !row->has_value()) return row;
  if (!(*row)->empty() && (*row)->front() == static_cast<char>(Kind::kContent)) {
    (*row)->erase(0, 1);
    return row;
  }
  const absl::StatusOr<ContentRecord> record = DecodeContentRecord(**row);
  if (!record.ok()) return record.status();
  return std::get<Erasure>(*record).AsStatus("this content");
}

}  // namespace setpoint::storage
