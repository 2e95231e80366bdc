// Which resources named a content that has marks of secrets (base/secret_marks.h): so that the hashes of a list cost no
// look at the contents of all others. Read from `terms`, and on from there as the log grows. Held in memory whole: ids
// of resources alone. Thread-safe.
#pragma once

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "storage/base/ids.h"
#include "storage/engine/store.h"
#include "storage/log/fact_keys.h"

namespace setpoint::storage {

class SecretBearers {
 public:
  // Whether a content that an entry up to `applied` names may hold secrets. False is certain.
  absl::StatusOr<bool> MayHold(const RowReader& rows, Revision applied, const ContentKey& content);

 private:
  absl::Mutex mutex_;
  Revision read_upto_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_set<ResourceId> bearers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace setpoint::storage
