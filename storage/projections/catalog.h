// The tables of a store that live in memory while it is open: names, timelines, and the digests of contents and texts,
// with `applied`, the newest revision that readers may see. One for each open store; readers take it by const
// reference, the one writer extends it entry by entry.
// Thread-safe. `applied` is advanced only after the rows of its entry are durable, so a reader that takes `applied`
// first and looks no further sees one consistent store without locks.
#pragma once

#include <atomic>
#include <condition_variable>

#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "storage/base/ids.h"
#include "storage/engine/store.h"
#include "storage/log/digests.h"
#include "storage/log/names.h"
#include "storage/projections/timelines.h"

namespace setpoint::storage {

class Catalog {
 public:
  // Reads all tables of a store.
  absl::Status Load(const RowReader& rows);

  Names names;
  Timelines timelines;
  Digests digests;

  Revision applied() const { return Revision(applied_.load(std::memory_order_acquire)); }

  // Makes entries up to `revision` visible and wakes everybody in WaitBeyond. The writer only.
  void Publish(Revision revision);

  // Blocks until something newer than `revision` is applied or the time is up; returns `applied`. Any thread, but
  // never an I/O thread: those use Subscribe.
  Revision WaitBeyond(Revision revision, absl::Duration timeout) const;

  // Calls `wake` (from the writer's thread, so it must only post) after each Publish, until the handle is destroyed.
  class Subscription;
  [[nodiscard]] std::unique_ptr<Subscription> Subscribe(std::function<void(Revision)> wake) const;

 private:
  std::atomic<uint64_t> applied_{0};
  mutable absl::Mutex mutex_;
  mutable absl::CondVar changed_;
};

}  // namespace setpoint::storage
