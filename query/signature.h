// The signature of a commit and what became of it, and which signatures a question is about. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "query/json_writer.h"
#include "query/view.h"
#include "storage/base/ids.h"
#include "storage/base/object_id.h"
#include "storage/git/commit.h"
#include "storage/git/object_signature.h"
#include "storage/projections/verdicts.h"

namespace setpoint::query {

struct SignatureFacts {
  storage::SignatureFormat format = storage::SignatureFormat::kUnknown;
  // By the keys that were asked last (storage/signatures/verify_signatures.h); nothing: not verified with them yet.
  std::optional<storage::Verdict> verdict;
};

// Nothing: the commit carries no signature, or its object is not in the store.
absl::StatusOr<std::optional<SignatureFacts>> ReadSignature(const View& view, storage::RepositoryId repository,
                                                            const storage::ObjectId& commit);

// "good", "bad", "unknown_key", "expired", "revoked", "unverifiable".
std::string_view VerdictName(storage::SignatureVerdict verdict);

// Which commits a question takes by their signatures.
struct SignatureFilter {
  enum class Wanted {
    kAll,         // Whether signed or not.
    kSigned,      // "any": a signature stands in it, whatever became of it.
    kNone,        // "none": it carries none.
    kUnverified,  // "unverified": it carries one that was not verified yet.
    kVerdict,     // The name of a verdict.
  };
  Wanted wanted = Wanted::kAll;
  storage::SignatureVerdict verdict = storage::SignatureVerdict::kGood;

  bool AsksForCommit() const { return wanted != Wanted::kAll; }
};

// One of the words above. kInvalidArgument (bad-signed), with the words, otherwise.
absl::StatusOr<SignatureFilter> ParseSignatureFilter(std::string_view word);

// `commit` is that of the id. Reads its object again where a verdict is asked for.
absl::StatusOr<bool> MatchesSignature(const View& view, storage::RepositoryId repository, const SignatureFilter& filter,
                                      const storage::ObjectId& id, const std::optional<storage::Commit>& commit);

// "signature": null where there is none, else format, verdict, signer, key and verified (the time); null each where it
// was not verified or the tool did not say.
absl::Status WriteSignature(const View& view, storage::RepositoryId repository, const storage::ObjectId& id,
                            const std::optional<storage::Commit>& commit, JsonWriter& json);

}  // namespace setpoint::query
