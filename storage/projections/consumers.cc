#include "storage/projections/consumers.h"

#include <algorithm>
#include <memory>

#include "storage/base/coding.h"
#include "storage/base/concat.h"

namespace setpoint::storage {
namespace {

constexpr size_t kNameBytesMax = 128;

// The first has no owner. A row without one is written in it still, so that what reads it is not told of more.
constexpr uint8_t kLayoutUnowned = 1;
constexpr uint8_t kLayoutOwned = 2;

absl::StatusOr<Consumer> DecodeConsumer(std::string_view name, std::string_view value) {
  Consumer consumer;
  consumer.name = std::string(name);
  ByteReader reader(value);
  const uint8_t layout = reader.Byte();
  consumer.revision = Revision(reader.Varint());
  consumer.index = reader.BigEndian32();
  consumer.acknowledged = reader.SignedVarint();
  consumer.watch = std::string(reader.String());
  if (layout == kLayoutOwned) consumer.owner = std::string(reader.String());
  if ((layout == kLayoutUnowned || layout == kLayoutOwned) && reader.Finished()) return consumer;
  return absl::DataLossError(Concat("the row of consumer `", name, "` is malformed"));
}

bool IsLetterOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

}  // namespace

absl::Status ValidateConsumerName(std::string_view name) {
  const bool ok = !name.empty() && name.size() <= kNameBytesMax && IsLetterOrDigit(name.front()) &&
                  std::all_of(name.begin(), name.end(),
                              [](char c) { return IsLetterOrDigit(c) || c == '.' || c == '_' || c == '-'; });
  if (ok) return absl::OkStatus();
  return absl::InvalidArgumentError(Concat("`", name.substr(0, kNameBytesMax),
                                           "` is no name of a consumer: use at most ", kNameBytesMax,
                                           " letters, digits, '.', '_' and '-', a letter or digit first"));
}

absl::StatusOr<std::optional<Consumer>> ReadConsumer(const RowReader& rows, std::string_view name) {
  const auto value = rows.Get(Family::kConsumers, name);
  if (!value.ok()) return value.status();
  if (!value->has_value()) return std::nullopt;
  auto consumer = DecodeConsumer(name, **value);
  if (!consumer.ok()) return consumer.status();
  return *std::move(consumer);
}

absl::StatusOr<std::vector<Consumer>> ListConsumers(const RowReader& rows) {
  std::vector<Consumer> all;
  const std::unique_ptr<RowIterator> iterator = rows.Scan(Family::kConsumers, "");
  for (; iterator->Valid(); iterator->Next()) {
    auto consumer = DecodeConsumer(iterator->Key(), iterator->Value());
    if (!consumer.ok()) return consumer.status();
    all.push_back(*std::move(consumer));
  }
  if (absl::Status status = iterator->Status(); !status.ok()) return status;
  return all;
}

void PutConsumer(const Consumer& consumer, RowSink& sink) {
  std::string value(1, static_cast<char>(consumer.owner.empty() ? kLayoutUnowned : kLayoutOwned));
  AppendVarint(value, consumer.revision.value);
  AppendBigEndian32(value, consumer.index);
  AppendSignedVarint(value, consumer.acknowledged);
  AppendString(value, consumer.watch);
  if (!consumer.owner.empty()) AppendString(value, consumer.owner);
  sink.Put(Family::kConsumers, consumer.name, value);
}

}  // namespace setpoint::storage
