// An entry as the bytes that the log keeps and the hash chain covers (entry.fbs, FORMAT.md), and back. Equal entries
// give equal bytes. Pure functions; any thread may call them.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "storage/log/entry.h"

namespace setpoint::storage {

// The bytes of a valid entry (entry_rules.h); an invalid one is a broken invariant of the caller.
std::string EncodeEntry(const Entry& entry);

// Never trusts the bytes. kDataLoss where they are not what EncodeEntry writes of a valid entry: a damaged buffer, a
// number that this program does not know, changes out of order, an index that points nowhere.
absl::StatusOr<Entry> DecodeEntry(std::string_view bytes);

// Its head alone. kDataLoss where the buffer is damaged or the cause unknown; files and changes are not looked into.
absl::StatusOr<EntryHead> DecodeEntryHead(std::string_view bytes);

}  // namespace setpoint::storage
