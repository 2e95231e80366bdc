#include "storage/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace setpoint::storage {

void CheckFailed(const char* file, int line, std::string_view condition, std::string_view message) {
  std::fprintf(stderr, "setpoint: internal error at %s:%d: %.*s (%.*s)\n", file, line, static_cast<int>(message.size()),
               message.data(), static_cast<int>(condition.size()), condition.data());
  std::abort();
}

}  // namespace setpoint::storage
