#include "storage/log/text_store.h"

#include "storage/base/check.h"
#include "storage/base/coding.h"
#include "storage/base/concat.h"

namespace setpoint::storage {
namespace {

// On disk: fixed for ever.
enum class Kind : char { kBytes = 1, kLarge = 2, kErased = 3 };

void PutRecord(const TextKey& key, Kind kind, std::string_view bytes, RowSink& sink) {
  SETPOINT_CHECK(!key.IsNone() && !key.path.IsNone(), "a text has a key");
  std::string value;
  value.reserve(1 + bytes.size());
  value.push_back(static_cast<char>(kind));
  value.append(bytes);
  sink.Put(Family::kTexts, key.Encode(), value);
}

std::optional<LargeText> DecodeLarge(std::string_view bytes) {
  ByteReader reader(bytes);
  const std::optional<ObjectId> blob = ObjectId::FromBytes(reader.Take(ObjectId::kSize));
  const std::optional<Digest> hash = Digest::FromBytes(reader.Take(Digest::kSize));
  const uint64_t size = reader.Varint();
  if (!blob.has_value() || !hash.has_value() || !reader.Finished()) return std::nullopt;
  return LargeText{*blob, *hash, size};
}

std::optional<ErasedText> DecodeErased(std::string_view bytes) {
  ByteReader reader(bytes);
  const std::optional<ObjectId> blob = ObjectId::FromBytes(reader.Take(ObjectId::kSize));
  const std::optional<Erasure> erasure = Erasure::Decode(reader.rest());
  if (!blob.has_value() || !erasure.has_value()) return std::nullopt;
  return ErasedText{*blob, *erasure};
}

}  // namespace

void PutText(const TextKey& key, std::string_view bytes, RowSink& sink) { PutRecord(key, Kind::kBytes, bytes, sink); }

void PutLargeText(const TextKey& key, const LargeText& text, RowSink& sink) {
  std::string bytes(text.blob.Bytes());
  bytes.append(text.hash.Bytes());
  AppendVarint(bytes, text.size);
  PutRecord(key, Kind::kLarge, bytes, sink);
}

void PutErasedText(const TextKey& key, const ErasedText& text, RowSink& sink) {
  PutRecord(key, Kind::kErased, Concat(text.blob.Bytes(), text.erasure.Encode()), sink);
}

absl::StatusOr<TextRecord> DecodeTextRecord(std::string_view value) {
  const Kind kind = value.empty() ? Kind{} : static_cast<Kind>(value.front());
  if (kind == Kind::kBytes) return std::string(value.substr(1));
  if (kind == Kind::kLarge) {
    if (const std::optional<LargeText> text = DecodeLarge(value.substr(1)); text.has_value()) return *text;
  }
  if (kind == Kind::kErased) {
    if (const std::optional<ErasedText> text = DecodeErased(value.substr(1)); text.has_value()) return *text;
  }
  return absl::DataLossError("a row of the family `texts` is malformed");
}

absl::StatusOr<std::optional<TextRecord>> ReadTextRecord(const RowReader& rows, const TextKey& key) {
  const absl::StatusOr<std::optional<std::string>> row = rows.Get(Family::kTexts, key.Encode());
  if (!row.ok()) return row.status();
  if (!row->has_value()) return std::nullopt;
  absl::StatusOr<TextRecord> record = DecodeTextRecord(**row);
  if (!record.ok()) return record.status();
  return *std::move(record);
}

absl::StatusOr<std::optional<std::string>> ReadText(const RowReader& rows, const TextKey& key) {
  absl::StatusOr<std::optional<TextRecord>> record = ReadTextRecord(rows, key);
  if (!record.ok()) return record.status();
  if (!record->has_value()) return std::nullopt;
  if (std::string* const bytes = std::get_if<std::string>(&**record)) return std::move(*bytes);
  if (const ErasedText* const erased = std::get_if<ErasedText>(&**record)) {
    return erased->erasure.AsStatus(Concat("the file with blob ", erased->blob.Hex()));
  }
  const LargeText& large = std::get<LargeText>(**record);
  return absl::FailedPreconditionError(
      Concat("the file with blob ", large.blob.Hex(), " was too large to keep (", large.size, " bytes)"));
}

}  // namespace setpoint::storage
