#include "storage/git/cancellation.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

#include "storage/base/check.h"

namespace setpoint::storage {

Cancellation::Cancellation() : descriptor_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  SETPOINT_CHECK(descriptor_ >= 0, "no event descriptor: the process has too many open files");
}

Cancellation::~Cancellation() { close(descriptor_); }

void Cancellation::Cancel() const {
  const uint64_t one = 1;
  // Fails only where the counter is full, and then it is cancelled already.
  [[maybe_unused]] const ssize_t written = write(descriptor_, &one, sizeof one);
}

bool Cancellation::IsCancelled() const {
  pollfd file{descriptor_, POLLIN, 0};
  return poll(&file, 1, 0) > 0;
}

}  // namespace setpoint::storage
