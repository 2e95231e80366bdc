// What administrators did: one JSON object a line, appended and on disk before the call is answered. Thread-safe;
// blocks on the disk.
//
//   {"time","caller","role","peer","method","path","status","outcome"}     caller: null where nobody is asked
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "server/access/caller.h"
#include "storage/base/clock.h"

namespace setpoint::server {

// A call and what came of it. Never its query, headers or body: a token or a secret may stand there.
struct AuditRecord {
  const Caller* caller = nullptr;
  std::string peer;
  std::string method;
  std::string path;
  unsigned status = 0;  // Of the answer.
};

class AuditLog {
 public:
  // `path` empty: the lines go to the log. kFailedPrecondition where the file cannot be opened; it is made for its
  // owner alone. The clock outlives this.
  static absl::StatusOr<std::unique_ptr<AuditLog>> Open(const std::string& path, const storage::Clock& clock);
  ~AuditLog();
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  // kUnavailable where the last line could not be written and the file cannot be opened anew: administrators must do
  // nothing that nobody could tell later.
  absl::Status CheckWritable();
  absl::Status Append(const AuditRecord& record);

  // After the file was renamed: goes on in a new one of the old name. What cannot be opened leaves the old one.
  absl::Status Reopen();

 private:
  AuditLog(std::string path, const storage::Clock& clock) : path_(std::move(path)), clock_(clock) {}

  absl::Status ReopenLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::string path_;
  const storage::Clock& clock_;
  absl::Mutex mutex_;
  int file_ ABSL_GUARDED_BY(mutex_) = -1;
  bool is_broken_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace setpoint::server
