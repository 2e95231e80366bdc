#include "storage/log/log_reader.h"

#include <string>
#include <utility>

#include "storage/base/concat.h"
#include "storage/log/entry_codec.h"
#include "storage/log/hash_chain.h"

namespace setpoint::storage {
namespace {

constexpr uint64_t kProgressEvery = 1024;

absl::Status Damaged(Revision revision, std::string_view what) {
  return absl::DataLossError(Concat("revision ", revision.value, " of the log: ", what));
}

// The record's row; `value` keeps the bytes.
absl::StatusOr<std::optional<LogRecord>> ReadRecord(const RowReader& rows, Revision revision, std::string& value) {
  absl::StatusOr<std::optional<std::string>> row = rows.Get(Family::kLog, LogKey(revision));
  if (!row.ok()) return row.status();
  if (!row->has_value()) return std::nullopt;
  value = *std::move(*row);
  const std::optional<LogRecord> record = DecodeLogRecord(value);
  if (!record.has_value()) return Damaged(revision, "its record is cut short");
  return record;
}

template <typename Decoded>
absl::StatusOr<std::optional<Decoded>> ReadDecoded(const RowReader& rows, Revision revision,
                                                   absl::StatusOr<Decoded> (*decode)(std::string_view)) {
  if (revision.IsNone()) return std::nullopt;
  std::string value;
  const absl::StatusOr<std::optional<LogRecord>> record = ReadRecord(rows, revision, value);
  if (!record.ok()) return record.status();
  if (!record->has_value()) return std::nullopt;
  absl::StatusOr<Decoded> decoded = decode((*record)->bytes);
  if (!decoded.ok()) return Damaged(revision, std::string(decoded.status().message()));
  return *std::move(decoded);
}

}  // namespace

absl::StatusOr<std::optional<Entry>> ReadEntry(const RowReader& rows, Revision revision) {
  return ReadDecoded<Entry>(rows, revision, DecodeEntry);
}

absl::StatusOr<std::optional<EntryHead>> ReadEntryHead(const RowReader& rows, Revision revision) {
  return ReadDecoded<EntryHead>(rows, revision, DecodeEntryHead);
}

absl::StatusOr<std::optional<Genesis>> ReadGenesis(const RowReader& rows) {
  std::string value;
  const absl::StatusOr<std::optional<LogRecord>> record = ReadRecord(rows, Revision(), value);
  if (!record.ok()) return record.status();
  if (!record->has_value()) return std::nullopt;
  const std::optional<Genesis> genesis = Genesis::Decode((*record)->bytes);
  if (!genesis.has_value()) return Damaged(Revision(), "it is no genesis record");
  return genesis;
}

absl::StatusOr<std::optional<Digest>> ReadChainHash(const RowReader& rows, Revision revision) {
  std::string value;
  const absl::StatusOr<std::optional<LogRecord>> record = ReadRecord(rows, revision, value);
  if (!record.ok()) return record.status();
  if (!record->has_value()) return std::nullopt;
  return (*record)->hash;
}

LogScan::LogScan(const RowReader& rows, Revision from, Revision to)
    : to_(to), row_(rows.Scan(Family::kLog, "")), next_(from.IsNone() ? Revision(1) : from) {}

bool LogScan::Fail(absl::Status status) {
  status_ = std::move(status);
  next_ = Revision(to_.value + 1);
  return false;
}

bool LogScan::Next() {
  if (next_ > to_) return false;
  if (started_) {
    row_->Next();
  } else {
    row_->Seek(LogKey(next_));
    started_ = true;
  }
  if (!row_->Valid()) return Fail(row_->Status().ok() ? Damaged(next_, "it is missing") : row_->Status());
  if (RevisionOfLogKey(row_->Key()) != next_) return Fail(Damaged(next_, "it is missing"));
  const std::optional<LogRecord> record = DecodeLogRecord(row_->Value());
  if (!record.has_value()) return Fail(Damaged(next_, "its record is cut short"));
  absl::StatusOr<Entry> entry = DecodeEntry(record->bytes);
  if (!entry.ok()) return Fail(Damaged(next_, std::string(entry.status().message())));
  entry_ = *std::move(entry);
  bytes_ = record->bytes;
  revision_ = next_;
  ++next_.value;
  return true;
}

absl::Status VerifyChain(const RowReader& rows, Revision from, Revision to, const ChainProgress& progress) {
  Digest before;
  if (!from.IsNone()) {
    const Revision previous(from.value - 1);
    const absl::StatusOr<std::optional<Digest>> hash = ReadChainHash(rows, previous);
    if (!hash.ok()) return hash.status();
    if (!hash->has_value()) return Damaged(previous, "it is missing");
    before = **hash;
  }
  const std::unique_ptr<RowIterator> row = rows.Scan(Family::kLog, "");
  row->Seek(LogKey(from));
  const uint64_t total = to.value - from.value + 1;
  for (Revision revision = from; revision <= to; ++revision.value, row->Next()) {
    if (!row->Valid()) return row->Status().ok() ? Damaged(revision, "it is missing") : row->Status();
    if (RevisionOfLogKey(row->Key()) != revision) return Damaged(revision, "it is missing");
    const std::optional<LogRecord> record = DecodeLogRecord(row->Value());
    if (!record.has_value()) return Damaged(revision, "its record is cut short");
    if (ChainHash(before, revision, record->bytes) != record->hash) {
      return Damaged(revision, "its hash does not follow from its bytes and the hash before");
    }
    before = record->hash;
    const uint64_t done = revision.value - from.value + 1;
    if (progress && (done % kProgressEvery == 0 || done == total) && !progress(done, total)) {
      return absl::CancelledError("the verification of the log was stopped");
    }
  }
  return absl::OkStatus();
}

}  // namespace setpoint::storage
