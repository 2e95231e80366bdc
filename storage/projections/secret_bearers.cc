#include "storage/projections/secret_bearers.h"

#include "storage/projections/terms.h"

namespace setpoint::storage {

absl::StatusOr<bool> SecretBearers::MayHold(const RowReader& rows, Revision applied, const ContentKey& content) {
  const absl::MutexLock lock(&mutex_);
  if (read_upto_ < applied) {
    if (absl::Status status = AddSecretBearers(rows, read_upto_, applied, bearers_); !status.ok()) return status;
    read_upto_ = applied;
  }
  return bearers_.contains(content.resource);
}

}  // namespace setpoint::storage
