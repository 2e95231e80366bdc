// The file system under a store, whose write-ahead logs are made longer ahead of their rows: a sync then writes the row
// alone, not the file's new length too, and takes two thirds of the time. RocksDB would take what a power cut tore for
// damage where zeros follow, not the end of the file; so it is shown each log up to where it ends (wal_scan.h), and
// a damaged one not at all.
// Thread-safe.
#pragma once

#include <rocksdb/file_system.h>

#include <memory>
#include <string>

namespace setpoint::storage {

class WalFiles final : public rocksdb::FileSystemWrapper {
 public:
  explicit WalFiles(const std::shared_ptr<rocksdb::FileSystem>& base) : FileSystemWrapper(base) {}

  const char* Name() const override { return "WalFiles"; }

  rocksdb::FileOptions OptimizeForLogWrite(const rocksdb::FileOptions& options,
                                           const rocksdb::DBOptions& database) const override;
  rocksdb::IOStatus NewSequentialFile(const std::string& path, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                      rocksdb::IODebugContext* debug) override;
};

}  // namespace setpoint::storage
