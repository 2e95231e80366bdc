// What became of the signatures of commits: the local family `verdicts`. A verdict is of a commit and a keyring (the
// digest of all its files), so that other keys leave none behind that they did not give.
//   'v' · repository u32 · commit 20 bytes · keyring sha32 → verdict u8 · verified svarint · signer text · key text
//   'k' · repository u32 → keyring sha32, the one that is asked · changes varint
// Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "storage/base/digest.h"
#include "storage/base/ids.h"
#include "storage/base/object_id.h"
#include "storage/engine/row_sink.h"
#include "storage/engine/store.h"

namespace setpoint::storage {

// On disk: fixed for ever. A commit without a signature has no verdict.
enum class SignatureVerdict : uint8_t {
  kGood = 1,
  kBad = 2,         // It is not of these bytes.
  kUnknownKey = 3,  // Of a key that the keyring does not have or trust.
  kExpired = 4,     // Of a key, or a signature, that had expired.
  kRevoked = 5,
  kUnverifiable = 6,  // Of a kind that no tool takes, or one that it was not done with in time.
};

struct Verdict {
  SignatureVerdict verdict = SignatureVerdict::kUnverifiable;
  int64_t verified = 0;     // When, in seconds since 1970.
  std::string signer = {};  // As the tool names it: a user id, a principal, a subject. Empty where it does not.
  std::string key = {};     // A fingerprint, or a key id.
  bool operator==(const Verdict&) const = default;
};

void PutVerdict(RepositoryId repository, const ObjectId& commit, const Digest& keyring, const Verdict& verdict,
                RowSink& sink);
// Nothing: that keyring was not asked yet. kDataLoss where the row is malformed.
absl::StatusOr<std::optional<Verdict>> FindVerdict(const RowReader& rows, RepositoryId repository,
                                                   const ObjectId& commit, const Digest& keyring);

struct CurrentKeyring {
  Digest digest;
  // Batches of verdicts written so far, of whatever keyring: an answer that shows verdicts holds as long as it does.
  uint64_t changes = 0;
  bool operator==(const CurrentKeyring&) const = default;
};

void PutCurrentKeyring(RepositoryId repository, const CurrentKeyring& keyring, RowSink& sink);
// Nothing: no signature of the repository was ever verified.
absl::StatusOr<std::optional<CurrentKeyring>> FindCurrentKeyring(const RowReader& rows, RepositoryId repository);

}  // namespace setpoint::storage
