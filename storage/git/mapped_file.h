// A file that never changes once it is there, mapped into memory for reading. A value that owns its mapping; its bytes
// may be read from any thread, and stay readable when the file is deleted.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace setpoint::storage {

class MappedFile {
 public:
  // Nothing where it cannot be opened or mapped, or is empty.
  static std::optional<MappedFile> Open(const std::string& path);

  MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
  MappedFile& operator=(MappedFile&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~MappedFile();

  std::string_view bytes() const { return bytes_; }

  // Gives the pages read so far back to the system, which keeps them cached: they come again when they are read.
  void Release() const;

 private:
  explicit MappedFile(std::string_view bytes) : bytes_(bytes) {}

  std::string_view bytes_;
};

}  // namespace setpoint::storage
