// Small files of a repository, which Git may replace or remove at any moment. Any thread.
#pragma once

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace setpoint::storage {

// The whole file; nothing where there is none (or a folder, or a path through a file). kPermissionDenied, kUnavailable:
// it is there and cannot be read.
absl::StatusOr<std::optional<std::string>> ReadFileIfThere(const std::string& path);

// Puts `bytes` at `path` in one step: readers see the old file or the new one. kUnavailable where it cannot.
absl::Status ReplaceFile(const std::string& path, const std::string& bytes);

// What `error`, an errno, of reading `path` means: kPermissionDenied says what to do, all else is kUnavailable.
absl::Status ReadError(int error, const std::string& path);

}  // namespace setpoint::storage
