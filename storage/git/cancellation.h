// A flag that another thread can wait for as a file descriptor. Thread-safe.
#pragma once

namespace setpoint::storage {

class Cancellation {
 public:
  Cancellation();
  ~Cancellation();
  Cancellation(const Cancellation&) = delete;
  Cancellation& operator=(const Cancellation&) = delete;

  // For good; any number of times.
  void Cancel() const;
  bool IsCancelled() const;
  // Readable from Cancel on; never read from it.
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_ = -1;
};

}  // namespace setpoint::storage
