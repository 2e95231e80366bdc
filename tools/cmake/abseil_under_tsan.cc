// What Debian's Abseil does not tell the thread sanitizer, since it is built without it: that a lock orders what was
// done before it was given back and what is done after it was taken. Linked into the programs of the preset `tsan`
// alone, where these definitions come before those of the library and call them.
#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"

namespace {

// The library's own function of that (mangled) name.
template <typename Function>
Function* InLibrary(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

void Take(const void* place) { __tsan_acquire(const_cast<void*>(place)); }
void Give(const void* place) { __tsan_release(const_cast<void*>(place)); }

}  // namespace

namespace absl {
inline namespace debian3 {

void Mutex::Lock() {
  static auto* const lock = InLibrary<void(Mutex*)>("_ZN4absl7debian35Mutex4LockEv");
  lock(this);
  Take(this);
}

void Mutex::Unlock() {
  static auto* const unlock = InLibrary<void(Mutex*)>("_ZN4absl7debian35Mutex6UnlockEv");
  Give(this);
  unlock(this);
}

void Mutex::ReaderLock() {
  static auto* const lock = InLibrary<void(Mutex*)>("_ZN4absl7debian35Mutex10ReaderLockEv");
  lock(this);
  Take(this);
}

void Mutex::ReaderUnlock() {
  static auto* const unlock = InLibrary<void(Mutex*)>("_ZN4absl7debian35Mutex12ReaderUnlockEv");
  Give(this);
  unlock(this);
}

void Mutex::Await(const Condition& condition) {
  static auto* const await =
      InLibrary<void(Mutex*, const Condition&)>("_ZN4absl7debian35Mutex5AwaitERKNS0_9ConditionE");
  Give(this);
  await(this, condition);
  Take(this);
}

bool Mutex::AwaitWithTimeout(const Condition& condition, Duration timeout) {
  static auto* const await = InLibrary<bool(Mutex*, const Condition&, Duration)>(
      "_ZN4absl7debian35Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE");
  Give(this);
  const bool is_met = await(this, condition, timeout);
  Take(this);
  return is_met;
}

void CondVar::Wait(Mutex* mutex) {
  static auto* const wait = InLibrary<void(CondVar*, Mutex*)>("_ZN4absl7debian37CondVar4WaitEPNS0_5MutexE");
  Give(mutex);
  wait(this, mutex);
  Take(mutex);
}

bool CondVar::WaitWithTimeout(Mutex* mutex, Duration timeout) {
  static auto* const wait = InLibrary<bool(CondVar*, Mutex*, Duration)>(
      "_ZN4absl7debian37CondVar15WaitWithTimeoutEPNS0_5MutexENS0_8DurationE");
  Give(mutex);
  const bool is_over = wait(this, mutex, timeout);
  Take(mutex);
  return is_over;
}

bool CondVar::WaitWithDeadline(Mutex* mutex, Time deadline) {
  static auto* const wait =
      InLibrary<bool(CondVar*, Mutex*, Time)>("_ZN4absl7debian37CondVar16WaitWithDeadlineEPNS0_5MutexENS0_4TimeE");
  Give(mutex);
  const bool is_over = wait(this, mutex, deadline);
  Take(mutex);
  return is_over;
}

void Notification::Notify() {
  static auto* const notify = InLibrary<void(Notification*)>("_ZN4absl7debian312Notification6NotifyEv");
  Give(this);
  notify(this);
}

void Notification::WaitForNotification() const {
  static auto* const wait =
      InLibrary<void(const Notification*)>("_ZNK4absl7debian312Notification19WaitForNotificationEv");
  wait(this);
  Take(this);
}

bool Notification::WaitForNotificationWithTimeout(Duration timeout) const {
  static auto* const wait = InLibrary<bool(const Notification*, Duration)>(
      "_ZNK4absl7debian312Notification30WaitForNotificationWithTimeoutENS0_8DurationE");
  const bool is_notified = wait(this, timeout);
  Take(this);
  return is_notified;
}

bool BlockingCounter::DecrementCount() {
  static auto* const decrement =
      InLibrary<bool(BlockingCounter*)>("_ZN4absl7debian315BlockingCounter14DecrementCountEv");
  Give(this);
  return decrement(this);
}

void BlockingCounter::Wait() {
  static auto* const wait = InLibrary<void(BlockingCounter*)>("_ZN4absl7debian315BlockingCounter4WaitEv");
  wait(this);
  Take(this);
}

}  // namespace debian3
}  // namespace absl
