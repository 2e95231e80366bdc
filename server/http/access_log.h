// One line for each request that was answered. What a client sent is in it only where that is harmless: the path, and
// of the query the names of its parameters, with the values of those that say where to look and not for what. Header
// fields and bodies never are. Thread-safe.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "storage/base/logging.h"

namespace setpoint::server {

struct AccessRecord {
  std::string_view request_id;
  std::string_view method;  // As it was sent.
  std::string_view target;  // As it was sent, with its query.
  std::string_view route;   // Of Router::routes.
  std::string_view repository;
  std::string_view caller;  // Empty: nobody was asked.
  unsigned status = 0;
  std::chrono::nanoseconds duration{0};
  uint64_t sent_bytes = 0;
};

class AccessLog {
 public:
  // At which level its lines are written; kOff: none are.
  explicit AccessLog(storage::LogLevel level) : level_(level) {}

  void SetLevel(storage::LogLevel level) { level_.store(level, std::memory_order_relaxed); }

  // Whether Write would do anything just now.
  bool IsOn() const { return storage::Logger::Writes(level_.load(std::memory_order_relaxed)); }
  void Write(const AccessRecord& record) const;

 private:
  std::atomic<storage::LogLevel> level_;
};

// The target as the log shows it: "/v1/watch?from=r7&value=…". Pure.
std::string LoggedTarget(std::string_view target);

}  // namespace setpoint::server
