#include "tests/storage/engine/unreliable_file_system.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace setpoint::storage {
namespace {

constexpr size_t kSectorBytes = 512;
constexpr size_t kAheadBytes = size_t{96} << 10;

void TearSectors(const std::string& path, uint64_t synced, std::mt19937_64& random) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  for (uint64_t sector = synced / kSectorBytes * kSectorBytes; sector < bytes.size(); sector += kSectorBytes) {
    const uint64_t begin = std::max(sector, synced);
    const uint64_t end = std::min<uint64_t>(sector + kSectorBytes, bytes.size());
    if (random() % 2 == 0) bytes.replace(begin, end - begin, end - begin, '\0');
  }
  bytes.append(kAheadBytes, '\0');
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

}  // namespace

using rocksdb::FileOptions;
using rocksdb::FSWritableFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

class UnreliableFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  UnreliableFile(UnreliableFileSystem& system, std::string path, std::unique_ptr<FSWritableFile>&& file)
      : FSWritableFileOwnerWrapper(std::move(file)), system_(system), path_(std::move(path)) {}

  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options, IODebugContext* debug) override {
    if (IOStatus status = system_.Count(); !status.ok()) return status;
    size_ += data.size();
    return FSWritableFileOwnerWrapper::Append(data, options, debug);
  }
  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo&,
                  IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  IOStatus Truncate(uint64_t size, const IOOptions& options, IODebugContext* debug) override {
    if (IOStatus status = system_.Count(UnreliableFileSystem::Takes::kNothing); !status.ok()) return status;
    size_ = size;
    return FSWritableFileOwnerWrapper::Truncate(size, options, debug);
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    if (IOStatus status = system_.Count(); !status.ok()) return status;
    const IOStatus status = FSWritableFileOwnerWrapper::Flush(options, debug);
    if (status.ok()) system_.NoteSynced(path_, size_);
    return status;
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override { return Sync(options, debug); }

 private:
  UnreliableFileSystem& system_;
  const std::string path_;
  uint64_t size_ = 0;
};

class UnsyncedDirectory final : public rocksdb::FSDirectory {
 public:
  explicit UnsyncedDirectory(std::unique_ptr<FSDirectory> directory) : directory_(std::move(directory)) {}
  IOStatus Fsync(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus Close(const IOOptions& options, IODebugContext* debug) override { return directory_->Close(options, debug); }

 private:
  const std::unique_ptr<FSDirectory> directory_;
};

UnreliableFileSystem::UnreliableFileSystem(uint64_t stop_at, FileFault fault)
    : FileSystemWrapper(rocksdb::FileSystem::Default()), stop_at_(stop_at), fault_(fault) {}

bool UnreliableFileSystem::stopped() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return stop_at_ != 0 && operations_ >= stop_at_;
}

uint64_t UnreliableFileSystem::operations() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return operations_;
}

IOStatus UnreliableFileSystem::Count(Takes takes) {
  const std::lock_guard<std::mutex> lock(mutex_);
  ++operations_;
  if (stop_at_ == 0 || operations_ < stop_at_) return IOStatus::OK();
  switch (fault_) {
    case FileFault::kDeath:
      return IOStatus::IOError("the process died here");
    case FileFault::kFullDisk:
      return takes == Takes::kSpace ? IOStatus::NoSpace("No space left on device") : IOStatus::OK();
    case FileFault::kErrorOnce:
      return operations_ == stop_at_ ? IOStatus::IOError("Input/output error") : IOStatus::OK();
  }
  return IOStatus::OK();
}

void UnreliableFileSystem::NoteSynced(const std::string& path, uint64_t size) {
  const std::lock_guard<std::mutex> lock(mutex_);
  synced_sizes_[path] = size;
}

void UnreliableFileSystem::DropUnsynced() {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const auto& [path, size] : synced_sizes_) {
    std::error_code error;
    const uintmax_t now = std::filesystem::file_size(path, error);
    if (!error && now > size) std::filesystem::resize_file(path, size);
  }
}

void UnreliableFileSystem::TearUnsynced(std::mt19937_64& random) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (auto& [path, size] : synced_sizes_) {
      std::error_code error;
      if (!path.ends_with(".log") || !std::filesystem::exists(path, error)) continue;
      TearSectors(path, size, random);
      size = std::filesystem::file_size(path);
    }
  }
  DropUnsynced();
}

IOStatus UnreliableFileSystem::NewWritableFile(const std::string& path, const FileOptions& options,
                                               std::unique_ptr<FSWritableFile>* file, IODebugContext* debug) {
  if (IOStatus status = Count(); !status.ok()) return status;
  std::unique_ptr<FSWritableFile> inner;
  const IOStatus status = FileSystemWrapper::NewWritableFile(path, options, &inner, debug);
  if (!status.ok()) return status;
  NoteSynced(path, 0);
  *file = std::make_unique<UnreliableFile>(*this, path, std::move(inner));
  return status;
}

IOStatus UnreliableFileSystem::ReopenWritableFile(const std::string& path, const FileOptions& options,
                                                  std::unique_ptr<FSWritableFile>* file, IODebugContext* debug) {
  if (IOStatus status = Count(); !status.ok()) return status;
  return FileSystemWrapper::ReopenWritableFile(path, options, file, debug);
}

IOStatus UnreliableFileSystem::RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                                          IODebugContext* debug) {
  if (IOStatus status = Count(); !status.ok()) return status;
  const IOStatus status = FileSystemWrapper::RenameFile(from, to, options, debug);
  const std::lock_guard<std::mutex> lock(mutex_);
  if (const auto moved = synced_sizes_.find(from); status.ok() && moved != synced_sizes_.end()) {
    synced_sizes_[to] = moved->second;
    synced_sizes_.erase(from);
  }
  return status;
}

IOStatus UnreliableFileSystem::LinkFile(const std::string& from, const std::string& to, const IOOptions& options,
                                        IODebugContext* debug) {
  if (IOStatus status = Count(); !status.ok()) return status;
  const IOStatus status = FileSystemWrapper::LinkFile(from, to, options, debug);
  const std::lock_guard<std::mutex> lock(mutex_);
  if (const auto linked = synced_sizes_.find(from); status.ok() && linked != synced_sizes_.end()) {
    synced_sizes_[to] = linked->second;
  }
  return status;
}

IOStatus UnreliableFileSystem::DeleteFile(const std::string& path, const IOOptions& options, IODebugContext* debug) {
  if (IOStatus status = Count(Takes::kNothing); !status.ok()) return status;
  return FileSystemWrapper::DeleteFile(path, options, debug);
}

IOStatus UnreliableFileSystem::NewDirectory(const std::string& path, const IOOptions& options,
                                            std::unique_ptr<rocksdb::FSDirectory>* directory, IODebugContext* debug) {
  std::unique_ptr<rocksdb::FSDirectory> inner;
  const IOStatus status = FileSystemWrapper::NewDirectory(path, options, &inner, debug);
  if (status.ok()) *directory = std::make_unique<UnsyncedDirectory>(std::move(inner));
  return status;
}

IOStatus UnreliableFileSystem::CreateDir(const std::string& path, const IOOptions& options, IODebugContext* debug) {
  if (IOStatus status = Count(); !status.ok()) return status;
  return FileSystemWrapper::CreateDir(path, options, debug);
}

IOStatus UnreliableFileSystem::CreateDirIfMissing(const std::string& path, const IOOptions& options,
                                                  IODebugContext* debug) {
  if (IOStatus status = Count(); !status.ok()) return status;
  return FileSystemWrapper::CreateDirIfMissing(path, options, debug);
}

}  // namespace setpoint::storage
