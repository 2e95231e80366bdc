// What an answer says after its first bytes, made piece by piece, so that an answer of any size takes the memory of one
// piece. Made on one worker thread after another, never on two at once.
#pragma once

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace setpoint::server {

class Body {
 public:
  virtual ~Body() = default;

  // Appends what comes next to `out`: at least `bytes_wanted` bytes where there are so many, and no more than the
  // smallest unit beyond (one resource, one entry); fewer, or none yet, where finding them takes longer than a turn is
  // to take. False: that was the end. After an error it is not asked again.
  virtual absl::StatusOr<bool> Read(size_t bytes_wanted, std::string& out) = 0;
};

// All of it at once, for whoever has no connection to spare memory for.
absl::Status ReadToEnd(Body& body, std::string& out);

}  // namespace setpoint::server
