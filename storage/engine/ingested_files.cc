#include "storage/engine/ingested_files.h"

namespace setpoint::storage {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

void IngestedFiles::Begin() {
  const std::lock_guard<std::mutex> lock(mutex_);
  is_under_way_ = true;
}

void IngestedFiles::End(bool succeeded) {
  const std::lock_guard<std::mutex> lock(mutex_);
  is_under_way_ = false;
  if (!succeeded) kept_.merge(under_way_);
  under_way_.clear();
}

void IngestedFiles::Note(const std::string& path) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (is_under_way_) under_way_.insert(path);
}

IOStatus IngestedFiles::LinkFile(const std::string& from, const std::string& to, const IOOptions& options,
                                 IODebugContext* debug) {
  Note(to);
  return FileSystemWrapper::LinkFile(from, to, options, debug);
}

// Where files cannot be linked, RocksDB copies them.
IOStatus IngestedFiles::NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug) {
  Note(path);
  return FileSystemWrapper::NewWritableFile(path, options, file, debug);
}

IOStatus IngestedFiles::DeleteFile(const std::string& path, const IOOptions& options, IODebugContext* debug) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (under_way_.contains(path) || kept_.contains(path)) return IOStatus::OK();
  }
  return FileSystemWrapper::DeleteFile(path, options, debug);
}

}  // namespace setpoint::storage
