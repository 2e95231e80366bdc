// The server's certificate and key, from files that may be exchanged while it runs. Thread-safe.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <boost/asio/ssl/context.hpp>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "server/server_options.h"

namespace setpoint::server {

class TlsIdentity {
 public:
  // kFailedPrecondition where a file cannot be read, is no PEM, or the two do not belong together; the text names the
  // file and never shows what is in it.
  static absl::StatusOr<std::unique_ptr<TlsIdentity>> Open(const TlsOptions& options);

  // For the next connection. Looks whether the files have changed, at most every few seconds; those who hold an older
  // context keep it.
  std::shared_ptr<boost::asio::ssl::context> Current();

  // Reads the files now. What is wrong with them leaves the certificate as it was.
  absl::Status Reload();

 private:
  using Clock = std::chrono::steady_clock;

  explicit TlsIdentity(TlsOptions options) : options_(std::move(options)) {}

  absl::Status ReloadLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const TlsOptions options_;
  absl::Mutex mutex_;
  // Shared with the connections that began with it.
  std::shared_ptr<boost::asio::ssl::context> context_ ABSL_GUARDED_BY(mutex_);
  std::string seen_ ABSL_GUARDED_BY(mutex_);  // What the files were when they were last read.
  Clock::time_point looked_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace setpoint::server
