#include "storage/log/erasure.h"

#include "absl/time/time.h"
#include "storage/base/coding.h"
#include "storage/base/concat.h"

namespace setpoint::storage {

std::string Erasure::Encode() const {
  std::string bytes;
  AppendSignedVarint(bytes, when);
  AppendString(bytes, who);
  AppendString(bytes, why);
  return bytes;
}

std::optional<Erasure> Erasure::Decode(std::string_view bytes) {
  ByteReader reader(bytes);
  Erasure erasure;
  erasure.when = reader.SignedVarint();
  erasure.who = reader.String();
  erasure.why = reader.String();
  if (!reader.Finished()) return std::nullopt;
  return erasure;
}

absl::Status Erasure::AsStatus(std::string_view thing) const {
  const std::string time = absl::FormatTime(absl::RFC3339_sec, absl::FromUnixSeconds(when), absl::UTCTimeZone());
  return absl::FailedPreconditionError(Concat(thing, " was erased by ", who, " at ", time, ": ", why));
}

}  // namespace setpoint::storage
