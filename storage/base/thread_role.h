// Threads on which nothing may wait for a disk, and a check of it where something would. Debug builds alone check, so
// that it costs nothing where it counts; tests run in debug builds.
#pragma once

#include "storage/base/check.h"

namespace setpoint::storage {

// Marks the thread that it lives on: it does sockets and timers, and whatever it waited for a thousand others would
// wait for too.
class NoBlockingHere {
 public:
  NoBlockingHere() : before_(forbidden) { forbidden = true; }
  ~NoBlockingHere() { forbidden = before_; }
  NoBlockingHere(const NoBlockingHere&) = delete;
  NoBlockingHere& operator=(const NoBlockingHere&) = delete;

  static bool IsForbidden() { return forbidden; }

 private:
  static inline thread_local bool forbidden = false;
  const bool before_;
};

// At the doors to RocksDB and libgit2.
inline void CheckMayBlock() {
#ifndef NDEBUG
  SETPOINT_CHECK(!NoBlockingHere::IsForbidden(), "no store and no Git on a thread of sockets; use a worker");
#endif
}

}  // namespace setpoint::storage
