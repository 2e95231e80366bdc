// Who calls, by the token that came along. Without a token file nobody is asked. Thread-safe; no I/O but in Open and
// Reload.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "server/access/caller.h"
#include "server/access/refusal_limit.h"
#include "server/access/token_table.h"
#include "storage/base/clock.h"

namespace setpoint::server {

class Authenticator {
 public:
  // `token_file` empty: nobody is asked. Errors: those of TokenTable::Read. The clock outlives this.
  static absl::StatusOr<std::unique_ptr<Authenticator>> Open(const std::string& token_file, RefusalLimitOptions limit,
                                                             const storage::Clock& clock);

  bool IsAsking() const { return !token_file_.empty(); }

  // By the value of the header `Authorization`. kUnauthenticated: no token, or none that is good; the text says which,
  // and never what came. kResourceExhausted: that, and too often from this address.
  absl::StatusOr<std::shared_ptr<const Caller>> Authenticate(std::optional<std::string_view> authorization,
                                                             std::string_view peer);

  // Reads the token file again; what is wrong with it leaves the tokens as they were. Blocks on the disk.
  absl::Status Reload();

 private:
  Authenticator(std::string token_file, RefusalLimitOptions limit, const storage::Clock& clock)
      : token_file_(std::move(token_file)), clock_(clock), limit_(limit) {}

  std::shared_ptr<const TokenTable> tokens() const;

  const std::string token_file_;
  const storage::Clock& clock_;
  RefusalLimit limit_;
  mutable absl::Mutex mutex_;
  // Shared with the requests that look into it while it is exchanged.
  std::shared_ptr<const TokenTable> tokens_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace setpoint::server
