// How locks behave in a program of ours. Call it first in main, before there are threads.
#pragma once

#include "absl/synchronization/mutex.h"

namespace setpoint::storage {

// Debian builds Abseil so that every lock taken is entered into a graph of lock orders, to find possible deadlocks:
// that costs more than most of what our locks protect. Tests keep it; programs that serve do not.
inline void LockWithoutOrderChecks() { absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore); }

}  // namespace setpoint::storage
