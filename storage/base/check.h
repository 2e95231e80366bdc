// Assertions that hold in every build. For broken invariants of this program only: bad input, a full disk or a
// damaged store is an absl::Status, never a check.
#pragma once

#include <string_view>

namespace setpoint::storage {

// Writes the message and where it happened to standard error, then aborts.
[[noreturn]] void CheckFailed(const char* file, int line, std::string_view condition, std::string_view message);

}  // namespace setpoint::storage

#define SETPOINT_CHECK(condition, message)                                       \
  do {                                                                           \
    if (!(condition)) {                                                          \
      ::setpoint::storage::CheckFailed(__FILE__, __LINE__, #condition, message); \
    }                                                                            \
  } while (false)
