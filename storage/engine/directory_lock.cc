#include "storage/engine/directory_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "storage/base/concat.h"

namespace setpoint::storage {
namespace {

constexpr const char* kMark = "setpoint.lock";

std::string MarkPath(const std::string& directory) { return (std::filesystem::path(directory) / kMark).string(); }

absl::Status SyncDirectory(const std::string& directory) {
  const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  const int error = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (synced) return absl::OkStatus();
  return absl::ErrnoToStatus(error, Concat("cannot sync the directory ", directory));
}

absl::Status ErrorOf(const std::error_code& error, const std::string& directory) {
  const std::string message = Concat("cannot read the data directory ", directory, ": ", error.message());
  if (error == std::errc::permission_denied) return absl::PermissionDeniedError(message);
  return absl::InvalidArgumentError(message);
}

}  // namespace

absl::StatusOr<DirectoryState> InspectDirectory(const std::string& directory) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(directory, error);
  if (status.type() == std::filesystem::file_type::not_found) return DirectoryState::kAbsent;
  if (error) return ErrorOf(error, directory);
  if (status.type() != std::filesystem::file_type::directory) {
    return absl::InvalidArgumentError(Concat(directory, " is no directory"));
  }
  if (std::filesystem::exists(MarkPath(directory), error) ||
      std::filesystem::exists(std::filesystem::path(directory) / "store" / "CURRENT", error)) {
    return DirectoryState::kOurs;
  }
  const std::filesystem::directory_iterator entries(directory, error);
  if (error) return ErrorOf(error, directory);
  for (const std::filesystem::directory_entry& entry : entries) {
    if (entry.path().filename() != "lost+found") return DirectoryState::kForeign;
  }
  return DirectoryState::kEmpty;
}

absl::StatusOr<std::unique_ptr<DirectoryLock>> DirectoryLock::Acquire(const std::string& directory) {
  const int descriptor = ::open(MarkPath(directory).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) {
    return absl::ErrnoToStatus(errno, Concat("cannot lock the data directory ", directory));
  }
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) {
    return std::unique_ptr<DirectoryLock>(new DirectoryLock(descriptor));
  }
  const int error = errno;
  ::close(descriptor);
  if (error != EWOULDBLOCK) {
    return absl::ErrnoToStatus(error, Concat("cannot lock the data directory ", directory));
  }
  return absl::UnavailableError(
      Concat("the store in ", directory,
             " is in use by another process; stop that one first, ask it instead (--server URL), or only read"));
}

absl::Status DirectoryLock::SyncEntries(const std::string& directory) {
  if (absl::Status status = SyncDirectory(directory); !status.ok()) return status;
  return SyncDirectory(std::filesystem::absolute(directory).lexically_normal().parent_path().string());
}

DirectoryLock::~DirectoryLock() { ::close(descriptor_); }

}  // namespace setpoint::storage
