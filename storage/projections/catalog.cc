#include "storage/projections/catalog.h"

#include <optional>

#include "storage/log/meta.h"

namespace setpoint::storage {

absl::Status Catalog::Load(const RowReader& rows) {
  absl::StatusOr<Revision> applied = ReadApplied(rows);
  if (!applied.ok()) return applied.status();
  absl::Status status = names.Load(rows);
  if (status.ok()) status = timelines.Load(rows);
  if (status.ok()) status = digests.Load(rows);
  if (status.ok()) applied_.store(applied->value, std::memory_order_release);
  return status;
}

void Catalog::Publish(Revision revision) {
  {
    absl::MutexLock lock(&wait_mutex_);
    applied_.store(revision.value, std::memory_order_release);
    published_.SignalAll();
  }
  absl::MutexLock lock(&subscribers_mutex_);
  for (const auto& [id, wake] : subscribers_) wake(revision);
}

Revision Catalog::WaitBeyond(Revision revision, absl::Duration timeout) const {
  const absl::Time deadline = absl::Now() + timeout;
  absl::MutexLock lock(&wait_mutex_);
  while (applied() <= revision) {
    if (published_.WaitWithDeadline(&wait_mutex_, deadline)) break;
  }
  return applied();
}

std::unique_ptr<Catalog::Subscription> Catalog::Subscribe(const std::function<void(Revision)>& wake) const {
  absl::MutexLock lock(&subscribers_mutex_);
  const uint64_t id = ++next_subscriber_;
  subscribers_.emplace(id, wake);
  return std::make_unique<Subscription>(*this, id);
}

Catalog::Subscription::~Subscription() {
  absl::MutexLock lock(&catalog_.subscribers_mutex_);
  catalog_.subscribers_.erase(id_);
}

}  // namespace setpoint::storage
