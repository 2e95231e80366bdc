// The tables of a store that live in memory while it is open: names, timelines, and the digests of contents and texts,
// with `applied`, the newest revision that readers may see. One for each open store; readers take it by const
// reference, the one writer extends it entry by entry.
// Thread-safe. `applied` is advanced only after the rows of its entry are durable, so a reader that takes `applied`
// first and looks no further sees one consistent store without locks.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>

#include "absl/container/flat_hash_map.h"
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
  Catalog() = default;
  Catalog(const Catalog&) = delete;
  Catalog& operator=(const Catalog&) = delete;

  // Reads all tables of a store, and what it has applied.
  absl::Status Load(const RowReader& rows);

  Names names;
  Timelines timelines;
  Digests digests;

  Revision applied() const { return Revision(applied_.load(std::memory_order_acquire)); }

  // A write failed half-way: the tables know of entries that the store does not have. Readers go on, since they look no
  // further than `applied`; nothing may be appended until the store is opened again. The writer only.
  void MarkTorn() { torn_.store(true, std::memory_order_release); }
  bool torn() const { return torn_.load(std::memory_order_acquire); }

  // Makes entries up to `revision` visible and wakes everybody in WaitBeyond and every subscriber. The writer only.
  void Publish(Revision revision);

  // Blocks until something newer than `revision` is applied or the time is up; returns `applied`. Any thread, but
  // never an I/O thread: those subscribe.
  Revision WaitBeyond(Revision revision, absl::Duration timeout) const;

  // Calls `wake` after each Publish, from the writer's thread (so it must only post), until the handle is destroyed;
  // once that returns `wake` is not running and will not run. The catalog outlives the handle. Any thread.
  class Subscription {
   public:
    Subscription(const Catalog& catalog, uint64_t id) : catalog_(catalog), id_(id) {}
    ~Subscription();
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;

   private:
    const Catalog& catalog_;
    const uint64_t id_;
  };
  [[nodiscard]] std::unique_ptr<Subscription> Subscribe(const std::function<void(Revision)>& wake) const;

 private:
  std::atomic<uint64_t> applied_{0};
  std::atomic<bool> torn_{false};
  mutable absl::Mutex wait_mutex_;  // For WaitBeyond alone.
  mutable absl::CondVar published_;
  mutable absl::Mutex subscribers_mutex_;
  mutable uint64_t next_subscriber_ ABSL_GUARDED_BY(subscribers_mutex_) = 0;
  mutable absl::flat_hash_map<uint64_t, std::function<void(Revision)>> subscribers_ ABSL_GUARDED_BY(subscribers_mutex_);
};

}  // namespace setpoint::storage
