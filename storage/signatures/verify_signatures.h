// Gives the signed commits of a repository their verdicts, beside ingest and outside of its path: bounded in processes,
// in time and in what it holds. What is done is kept, so that it may be interrupted and called again, in the background
// of a server as well as by `setpoint verify-signatures`.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "storage/base/clock.h"
#include "storage/base/digest.h"
#include "storage/base/ids.h"
#include "storage/engine/store.h"
#include "storage/engine/write_batch.h"
#include "storage/projections/signature_keys.h"
#include "storage/projections/verdicts.h"

namespace setpoint::storage {

struct VerifySignaturesProgress {
  uint64_t done = 0;
  uint64_t total = 0;  // Signed commits that had no verdict of the keyring.
};

struct VerifySignaturesOptions {
  enum class Which { kMissing, kAll };
  Which which = Which::kMissing;                       // kAll: also those that have a verdict of the same keys.
  size_t jobs = 2;                                     // Tools beside each other, at most kVerifyJobsMax.
  size_t limit = 0;                                    // Commits in this run; 0: all.
  absl::Duration patience = absl::InfiniteDuration();  // After which no tool is started any more.
  absl::Duration tool_deadline = absl::Seconds(10);    // Of each process.
  std::function<bool(const VerifySignaturesProgress&)> on_progress = {};  // Between writes; false stops. May be empty.
  std::function<absl::Status(const WriteBatch& batch)> write =
      {};  // Default: the store's own. The writer's thread in a server.
};

struct VerifySignaturesReport {
  Digest keyring;
  uint64_t signed_commits = 0;
  uint64_t already_known = 0;
  std::map<SignatureVerdict, uint64_t> verdicts;  // Given in this run.
  uint64_t remaining = 0;                         // Still without one: limit, patience, or a tool that is not there.
  absl::Status first_failure;                     // Why, where it was not limit or patience.
};

// Other keys than at the last run leave all commits without a verdict until they are verified again; the same keys as
// some time ago find theirs again. One run at a time for a repository. kNotFound and others as Keyring::Load, and as
// the store.
absl::StatusOr<VerifySignaturesReport> VerifySignatures(Store& store, RepositoryId repository,
                                                        const std::vector<SignatureKeyFile>& keys, const Clock& clock,
                                                        const VerifySignaturesOptions& options);

}  // namespace setpoint::storage
