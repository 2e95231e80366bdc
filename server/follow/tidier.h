// Keeps the levels of the store few (storage/engine/tidy.h): backfills, before the start or while it runs, leave many.
#pragma once

#include <atomic>

#include "server/follow/periodic.h"
#include "storage/engine/store.h"

namespace setpoint::server {

class Tidier {
 public:
  // The store is open for writing, and outlives it.
  explicit Tidier(storage::Store& store) : store_(store) {}
  // What it is at is given up.
  ~Tidier();
  Tidier(const Tidier&) = delete;
  Tidier& operator=(const Tidier&) = delete;

  void Start();

 private:
  storage::Store& store_;
  std::atomic<bool> cancelled_{false};
  Periodic periodic_;  // Last: its thread uses the above.
};

}  // namespace setpoint::server
