#include "server/access/audit_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "query/json_writer.h"
#include "query/time_text.h"
#include "storage/base/concat.h"
#include "storage/base/logging.h"

namespace setpoint::server {
namespace {

const storage::Logger& Log() {
  static const storage::Logger logger("server/access");
  return logger;
}

std::string_view OutcomeOf(unsigned status) {
  if (status < 400) return "done";
  return status == 401 || status == 403 ? "refused" : "failed";
}

std::string LineOf(const AuditRecord& record, int64_t now) {
  query::JsonWriter json;
  json.BeginObject().Member("time", query::FormatTime(now));
  if (record.caller == nullptr) {
    json.NullMember("caller").NullMember("role");
  } else {
    json.Member("caller", record.caller->name).Member("role", RoleName(record.caller->role));
  }
  json.Member("peer", record.peer).Member("method", record.method).Member("path", record.path);
  json.Member("status", uint64_t{record.status}).Member("outcome", OutcomeOf(record.status)).EndObject();
  return json.Take();
}

absl::Status WriteAll(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return absl::UnavailableError(std::strerror(errno));
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  if (fdatasync(file) == 0 || errno == EINVAL || errno == EROFS) return absl::OkStatus();  // A pipe has no disk.
  return absl::UnavailableError(std::strerror(errno));
}

}  // namespace

absl::StatusOr<std::unique_ptr<AuditLog>> AuditLog::Open(const std::string& path, const storage::Clock& clock) {
  std::unique_ptr<AuditLog> log(new AuditLog(path, clock));
  if (absl::Status status = log->Reopen(); !status.ok()) return absl::FailedPreconditionError(status.message());
  return log;
}

AuditLog::~AuditLog() {
  const absl::MutexLock lock(&mutex_);
  if (file_ >= 0) close(file_);
}

absl::Status AuditLog::Reopen() {
  const absl::MutexLock lock(&mutex_);
  return ReopenLocked();
}

absl::Status AuditLog::ReopenLocked() {
  if (path_.empty()) return absl::OkStatus();
  const int fresh = open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (fresh < 0) {
    return absl::UnavailableError(
        storage::Concat("the audit file ", path_, " cannot be opened: ", std::string(std::strerror(errno))));
  }
  if (file_ >= 0) close(file_);
  file_ = fresh;
  is_broken_ = false;
  return absl::OkStatus();
}

absl::Status AuditLog::CheckWritable() {
  const absl::MutexLock lock(&mutex_);
  return is_broken_ ? ReopenLocked() : absl::OkStatus();
}

absl::Status AuditLog::Append(const AuditRecord& record) {
  std::string line = LineOf(record, clock_.NowSeconds());
  if (path_.empty()) {
    Log().Info(storage::Concat("audit ", line));
    return absl::OkStatus();
  }
  line.push_back('\n');
  const absl::MutexLock lock(&mutex_);
  if (absl::Status status = WriteAll(file_, line); !status.ok()) {
    is_broken_ = true;
    return absl::UnavailableError(
        storage::Concat("the audit file ", path_, " cannot be written: ", std::string(status.message())));
  }
  return absl::OkStatus();
}

}  // namespace setpoint::server
