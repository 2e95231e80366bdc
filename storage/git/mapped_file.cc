#include "storage/git/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace setpoint::storage {

std::optional<MappedFile> MappedFile::Open(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  struct stat found = {};
  void* start = MAP_FAILED;
  if (fstat(file, &found) == 0 && found.st_size > 0) {
    start = mmap(nullptr, static_cast<size_t>(found.st_size), PROT_READ, MAP_SHARED, file, 0);
  }
  close(file);
  if (start == MAP_FAILED) return std::nullopt;
  return MappedFile({static_cast<const char*>(start), static_cast<size_t>(found.st_size)});
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) munmap(const_cast<char*>(bytes_.data()), bytes_.size());
}

void MappedFile::Release() const { madvise(const_cast<char*>(bytes_.data()), bytes_.size(), MADV_DONTNEED); }

}  // namespace setpoint::storage
