// Who may write a data directory: the one process that holds DIR/setpoint.lock (flock). The file is also the mark that
// the directory is ours, made before anything else in it, so that a creation cut short anywhere can be taken up again.
// Any thread.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace setpoint::storage {

// What a data directory is before anybody touches it.
enum class DirectoryState {
  kAbsent,   // No such directory.
  kEmpty,    // Nothing in it (but perhaps a file system's `lost+found`).
  kOurs,     // It has the mark, or a database where ours stands.
  kForeign,  // Somebody else's files.
};
// Looks only. kInvalidArgument where the path is no directory, kPermissionDenied where it cannot be read.
absl::StatusOr<DirectoryState> InspectDirectory(const std::string& directory);

class DirectoryLock {
 public:
  // Takes the lock, making its file where there is none (never the directory). kUnavailable where another process, or
  // another store in this one, holds it.
  static absl::StatusOr<std::unique_ptr<DirectoryLock>> Acquire(const std::string& directory);

  // Makes the directory's entries, and its own entry in its parent, last through a power cut.
  static absl::Status SyncEntries(const std::string& directory);

  // Gives it back. The file stays: removing it would let two others lock two different files.
  ~DirectoryLock();
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

 private:
  explicit DirectoryLock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

}  // namespace setpoint::storage
