#include "storage/engine/wal_files.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "storage/engine/wal_scan.h"

namespace setpoint::storage {
namespace {

using rocksdb::FileOptions;
using rocksdb::FSSequentialFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

// A file up to an end of its own.
class FileUpTo final : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  FileUpTo(std::unique_ptr<FSSequentialFile> file, uint64_t bytes)
      : FSSequentialFileOwnerWrapper(std::move(file)), left_(bytes) {}

  IOStatus Read(size_t bytes, const IOOptions& options, Slice* result, char* scratch, IODebugContext* debug) override {
    const size_t wanted = std::min<uint64_t>(bytes, left_);
    IOStatus status = FSSequentialFileOwnerWrapper::Read(wanted, options, result, scratch, debug);
    if (status.ok()) left_ -= result->size();
    return status;
  }
  IOStatus Skip(uint64_t bytes) override {
    const uint64_t skipped = std::min(bytes, left_);
    left_ -= skipped;
    return FSSequentialFileOwnerWrapper::Skip(skipped);
  }

 private:
  uint64_t left_;
};

IOStatus ScanWal(FSSequentialFile& file, IODebugContext* debug, WalScan::End& end) {
  WalScan scan;
  std::string scratch(WalScan::kBlockBytes, '\0');
  Slice block;
  do {
    if (IOStatus status = file.Read(scratch.size(), IOOptions(), &block, scratch.data(), debug); !status.ok()) {
      return status;
    }
    scan.Take({block.data(), block.size()});
  } while (block.size() == scratch.size());
  end = scan.Finish();
  return IOStatus::OK();
}

}  // namespace

FileOptions WalFiles::OptimizeForLogWrite(const FileOptions& options, const rocksdb::DBOptions& database) const {
  FileOptions ahead = FileSystemWrapper::OptimizeForLogWrite(options, database);
  ahead.fallocate_with_keep_size = false;
  return ahead;
}

IOStatus WalFiles::NewSequentialFile(const std::string& path, const FileOptions& options,
                                     std::unique_ptr<FSSequentialFile>* file, IODebugContext* debug) {
  std::unique_ptr<FSSequentialFile> opened;
  const auto open = [&] { return FileSystemWrapper::NewSequentialFile(path, options, &opened, debug); };
  IOStatus status = open();
  if (status.ok() && path.ends_with(".log")) {
    WalScan::End end;
    status = ScanWal(*opened, debug, end);
    // A reader beside a writer may see half of what is being written: damage is what looks the same twice.
    for (std::optional<WalScan::End> before; status.ok() && end.is_damaged && end != before;) {
      before = end;
      if (status = open(); status.ok()) status = ScanWal(*opened, debug, end);
    }
    // RocksDB would pass over some of it without a word.
    if (status.ok() && end.is_damaged) status = IOStatus::Corruption("damage in the write-ahead log", path);
    if (status.ok()) status = open();
    if (status.ok()) opened = std::make_unique<FileUpTo>(std::move(opened), end.bytes);
  }
  if (status.ok()) *file = std::move(opened);
  return status;
}

}  // namespace setpoint::storage
