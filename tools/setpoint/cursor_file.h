// Where a consumer of a stream stands, kept in a file across its runs: one line, a cursor (`r123`, `r123.4`). Replaced
// as a whole and synced, so that a crash leaves the old cursor or the new one.
// Held by one watch at a time, and by the commands that it started: one that outlives a killed watch keeps the next
// watch waiting, so that it cannot apply something old after something newer.
// One thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace setpoint::tools {

class CursorFile {
 public:
  // The file need not be there yet; its folder must. Waits while another holds it, and says so on standard error.
  // kFailedPrecondition: what it holds is no cursor; kCancelled: `interrupted` said so; kUnavailable: it cannot be
  // made.
  static absl::StatusOr<std::unique_ptr<CursorFile>> Open(std::string path, const std::function<bool()>& interrupted);
  ~CursorFile();
  CursorFile(const CursorFile&) = delete;
  CursorFile& operator=(const CursorFile&) = delete;

  // Empty: none was kept yet.
  const std::string& cursor() const { return cursor_; }

  // On disk when it returns. Nothing is done where the cursor is the one kept. kUnavailable: the disk refuses.
  absl::Status Save(std::string_view cursor);

  // The descriptor of the lock, for commands to inherit.
  int lock() const { return lock_; }

 private:
  explicit CursorFile(std::string path) : path_(std::move(path)) {}

  absl::Status Lock(const std::function<bool()>& interrupted);
  absl::Status Load();

  const std::string path_;
  int lock_ = -1;
  std::string cursor_;
};

}  // namespace setpoint::tools
