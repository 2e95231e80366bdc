// What ties each record of the log to all before it: H(n) = SHA-256(H(n−1) ‖ revision as u64 ‖ bytes), with thirty-two
// zero bytes for H(−1); and the rows that carry it. Pure functions; any thread.
//   key: revision u64, big-endian      value: H(revision) (32) · bytes (revision 0: the genesis record; else an entry)
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "storage/base/digest.h"
#include "storage/base/ids.h"

namespace setpoint::storage {

Digest ChainHash(const Digest& before, Revision revision, std::string_view bytes);

std::string LogKey(Revision revision);
std::optional<Revision> RevisionOfLogKey(std::string_view key);

// One row's value taken apart; `bytes` points into it.
struct LogRecord {
  Digest hash;
  std::string_view bytes;
};
std::string EncodeLogRecord(const Digest& hash, std::string_view bytes);
// Nothing where the value is too short.
std::optional<LogRecord> DecodeLogRecord(std::string_view value);

}  // namespace setpoint::storage
