#include "storage/git/read_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "absl/strings/str_cat.h"

namespace setpoint::storage {

absl::StatusOr<std::optional<std::string>> ReadFileIfThere(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    return ReadError(errno, path);
  }
  std::string bytes;
  std::array<char, 1 << 13> buffer{};
  ssize_t n = 0;
  while ((n = read(file, buffer.data(), buffer.size())) > 0) bytes.append(buffer.data(), static_cast<size_t>(n));
  const int error = errno;
  close(file);
  if (n == 0) return bytes;
  if (error == EISDIR) return std::nullopt;
  return ReadError(error, path);
}

absl::Status ReplaceFile(const std::string& path, const std::string& bytes) {
  const std::string fresh = path + ".new";
  std::ofstream out(fresh, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (out.good() && std::rename(fresh.c_str(), path.c_str()) == 0) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("cannot write '", path, "': ", std::strerror(errno)));
}

absl::Status ReadError(int error, const std::string& path) {
  if (error == EACCES || error == EPERM) {
    return absl::PermissionDeniedError(
        absl::StrCat("may not read '", path, "': let the user that runs setpoint read it, or name another source"));
  }
  return absl::UnavailableError(absl::StrCat("cannot read '", path, "': ", std::strerror(error)));
}

}  // namespace setpoint::storage
