// Gives signed commits their verdicts while the server runs, beside following and outside of its path: those that are
// new, and all of a repository once the bytes of its key files are others. Which files those are, the repository's
// settings say (`setpoint verify-signatures --keys`).
// A thread of its own looks now and then. Start and Stop: one thread at a time.
#pragma once

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "server/follow/periodic.h"
#include "storage/base/clock.h"
#include "storage/base/digest.h"
#include "storage/base/ids.h"
#include "storage/projections/database.h"
#include "storage/projections/repository_settings.h"

namespace setpoint::server {

class SignatureKeeper {
 public:
  // Both outlive this. Nothing happens before Start or Round.
  SignatureKeeper(storage::Database& database, const storage::Clock& clock) : database_(database), clock_(clock) {}
  SignatureKeeper(const SignatureKeeper&) = delete;
  SignatureKeeper& operator=(const SignatureKeeper&) = delete;

  // A round now, and one at each end of `pause`.
  void Start(absl::Duration pause);
  // Waits for the tool at work; what is left is done after the next start.
  void Stop() { periodic_.Stop(); }

  // Looks at every repository once. The first error; the others are looked at all the same. Not beside Start.
  absl::Status Round();

 private:
  // How far a repository's commits have verdicts, and of which keys.
  struct Done {
    storage::Digest keyring;
    storage::Revision upto;
    bool operator==(const Done&) const = default;
  };

  void RoundAndTell();
  absl::Status Look(const storage::RepositorySettings& settings);

  storage::Database& database_;
  const storage::Clock& clock_;
  // Of the thread that looks.
  std::map<std::string, Done> done_;
  std::string last_failure_;  // Told once, as long as it is the same.
  Periodic periodic_;         // Last: its thread uses all of the above.
};

}  // namespace setpoint::server
