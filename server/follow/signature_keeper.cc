#include "server/follow/signature_keeper.h"

#include <vector>

#include "storage/base/concat.h"
#include "storage/base/logging.h"
#include "storage/signatures/keyring.h"
#include "storage/signatures/verify_signatures.h"

namespace setpoint::server {
namespace {

const storage::Logger& Log() {
  static const storage::Logger logger("server/follow");
  return logger;
}

}  // namespace

void SignatureKeeper::Start(absl::Duration pause) {
  periodic_.Start(absl::ZeroDuration(), pause, [this] { RoundAndTell(); });
}

void SignatureKeeper::RoundAndTell() {
  const absl::Status status = Round();
  const std::string failure = status.ok() ? std::string() : std::string(status.message());
  if (!failure.empty() && failure != last_failure_) Log().Error(storage::Concat("signatures: ", failure));
  last_failure_ = failure;
}

absl::Status SignatureKeeper::Round() {
  auto repositories = storage::ListRepositorySettings(*database_.store);
  if (!repositories.ok()) return repositories.status();
  absl::Status first_failure;
  for (const storage::RepositorySettings& each : *repositories) {
    if (each.signature_keys.empty() || periodic_.IsStopping()) continue;
    const absl::Status status = Look(each);
    if (!status.ok() && first_failure.ok()) first_failure = status;
  }
  return first_failure;
}

absl::Status SignatureKeeper::Look(const storage::RepositorySettings& settings) {
  const storage::RepositoryId repository = database_.catalog.names.FindRepository(settings.name);
  if (repository.IsNone()) return absl::OkStatus();  // Nothing of it is ingested yet.
  const storage::Revision upto = database_.catalog.applied();
  auto keyring = storage::Keyring::Load(settings.signature_keys);
  if (!keyring.ok()) return keyring.status();
  const Done now = {(*keyring)->digest(), upto};
  const auto known = done_.find(settings.name);
  if (known != done_.end() && known->second == now) return absl::OkStatus();
  storage::VerifySignaturesOptions options;
  options.on_progress = [this](const storage::VerifySignaturesProgress&) { return !periodic_.IsStopping(); };
  auto report = storage::VerifySignatures(*database_.store, repository, settings.signature_keys, clock_, options);
  if (!report.ok()) return report.status();
  if (report->remaining == 0 && report->keyring == now.keyring) done_.insert_or_assign(settings.name, now);
  return report->first_failure;
}

}  // namespace setpoint::server
