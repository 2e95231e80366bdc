#include "tools/setpoint/cursor_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <thread>
#include <utility>

#include "query/watch_cursor.h"
#include "storage/base/concat.h"
#include "tools/setpoint/context.h"

namespace setpoint::tools {
namespace {

constexpr std::chrono::milliseconds kLookInterval{100};

absl::Status Failed(std::string_view what, const std::string& path) {
  return absl::UnavailableError(storage::Concat("cannot ", what, " ", path, ": ", std::strerror(errno)));
}

bool WriteAll(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

// What was renamed in a folder is there for good only when the folder is synced.
bool SyncFolderOf(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  const int folder = open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return false;
  const bool synced = fsync(folder) == 0;
  close(folder);
  return synced;
}

}  // namespace

absl::StatusOr<std::unique_ptr<CursorFile>> CursorFile::Open(std::string path,
                                                             const std::function<bool()>& interrupted) {
  std::unique_ptr<CursorFile> file(new CursorFile(std::move(path)));
  if (absl::Status status = file->Lock(interrupted); !status.ok()) return status;
  if (absl::Status status = file->Load(); !status.ok()) return status;
  return file;
}

CursorFile::~CursorFile() {
  if (lock_ >= 0) close(lock_);
}

// On a file of its own: the one with the cursor is another one after each Save.
absl::Status CursorFile::Lock(const std::function<bool()>& interrupted) {
  const std::string path = path_ + ".lock";
  lock_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (lock_ < 0) return Failed("open", path);
  for (bool said = false; flock(lock_, LOCK_EX | LOCK_NB) != 0;) {
    if (errno != EWOULDBLOCK) return Failed("lock", path);
    if (interrupted()) return absl::CancelledError("interrupted");
    if (!std::exchange(said, true)) {
      PrintNote(storage::Concat(path_, " is in use by another watch, or by a command that one has left; waiting"));
    }
    std::this_thread::sleep_for(kLookInterval);
  }
  return absl::OkStatus();
}

absl::Status CursorFile::Load() {
  const int file = open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return errno == ENOENT ? absl::OkStatus() : Failed("open", path_);
  std::array<char, 128> bytes;
  const ssize_t size = read(file, bytes.data(), bytes.size());
  close(file);
  if (size < 0) return Failed("read", path_);
  std::string_view text(bytes.data(), static_cast<size_t>(size));
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (!query::WatchCursor::Parse(text)) {
    return absl::FailedPreconditionError(
        storage::Concat(path_, " does not hold a cursor (r123 or r123.4); put one there, or remove it to begin anew"));
  }
  cursor_ = std::string(text);
  return absl::OkStatus();
}

absl::Status CursorFile::Save(std::string_view cursor) {
  if (cursor == cursor_) return absl::OkStatus();
  const std::string next = path_ + ".new";
  const int file = open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return Failed("write", next);
  const bool written = WriteAll(file, storage::Concat(cursor, "\n")) && fsync(file) == 0;
  const int reason = errno;
  close(file);
  errno = reason;
  if (!written) return Failed("write", next);
  if (rename(next.c_str(), path_.c_str()) != 0 || !SyncFolderOf(path_)) return Failed("replace", path_);
  cursor_ = std::string(cursor);
  return absl::OkStatus();
}

}  // namespace setpoint::tools
