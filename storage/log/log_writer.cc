#include "storage/log/log_writer.h"

#include <limits>
#include <optional>
#include <string>

#include "storage/base/check.h"
#include "storage/base/concat.h"
#include "storage/base/limits.h"
#include "storage/log/entry_codec.h"
#include "storage/log/hash_chain.h"
#include "storage/log/log_reader.h"
#include "storage/log/meta.h"

namespace setpoint::storage {
namespace {

constexpr int64_t kNeverObserved = std::numeric_limits<int64_t>::min();

}  // namespace

LogWriter LogWriter::Create(const Genesis& genesis, RowSink& sink) {
  const std::string bytes = genesis.Encode();
  const Digest hash = ChainHash(Digest{}, Revision(), bytes);
  sink.Put(Family::kLog, LogKey(Revision()), EncodeLogRecord(hash, bytes));
  PutApplied(Revision(), sink);
  return {Revision(), hash, kNeverObserved};
}

absl::StatusOr<LogWriter> LogWriter::Open(const RowReader& rows) {
  const absl::StatusOr<std::optional<Genesis>> genesis = ReadGenesis(rows);
  if (!genesis.ok()) return genesis.status();
  if (!genesis->has_value()) return absl::NotFoundError("the store has no log yet");
  const absl::StatusOr<Revision> applied = ReadApplied(rows);
  if (!applied.ok()) return applied.status();
  const absl::StatusOr<std::optional<Digest>> hash = ReadChainHash(rows, *applied);
  if (!hash.ok()) return hash.status();
  const absl::StatusOr<std::optional<Entry>> last = ReadEntry(rows, *applied);
  if (!last.ok()) return last.status();
  if (!hash->has_value()) {
    return absl::DataLossError(Concat("revision ", applied->value, " is applied, but the log does not have it"));
  }
  return LogWriter(*applied, **hash, last->has_value() ? (*last)->observed : kNeverObserved);
}

absl::StatusOr<Revision> LogWriter::Append(const Entry& entry, RowSink& sink) {
  SETPOINT_CHECK(entry.observed >= last_observed_, "the time of observation never runs backwards");
  if (entry.changes.size() > kEntryChangesMax) {
    return absl::ResourceExhaustedError(Concat("commit ", entry.commit.Hex(), " changes ", entry.changes.size(),
                                               " resources; an entry holds at most ", kEntryChangesMax));
  }
  const std::string bytes = EncodeEntry(entry);
  if (bytes.size() > kEntryBytesMax) {
    return absl::ResourceExhaustedError(Concat("the entry of commit ", entry.commit.Hex(), " has ", bytes.size(),
                                               " bytes; at most ", kEntryBytesMax, " fit"));
  }
  const Revision revision(last_revision_.value + 1);
  const Digest hash = ChainHash(last_hash_, revision, bytes);
  sink.Put(Family::kLog, LogKey(revision), EncodeLogRecord(hash, bytes));
  last_revision_ = revision;
  last_hash_ = hash;
  last_observed_ = entry.observed;
  return revision;
}

}  // namespace setpoint::storage
