// The file system under a store that is written, which keeps files that a failed bulk load may have left in the
// manifest. RocksDB 7.8 deletes the files of an ingestion whenever it ends with an error; but where the error was that
// the manifest could not be synced, the manifest on disk may name them, and the store would never open again. Kept,
// they are either part of it then, or RocksDB removes them as unknown when it opens.
// Thread-safe.
#pragma once

#include <rocksdb/file_system.h>

#include <memory>
#include <mutex>
#include <set>
#include <string>

namespace setpoint::storage {

class IngestedFiles final : public rocksdb::FileSystemWrapper {
 public:
  explicit IngestedFiles(const std::shared_ptr<rocksdb::FileSystem>& base) : FileSystemWrapper(base) {}

  const char* Name() const override { return "IngestedFiles"; }

  // An ingestion is under way until End: of the files that come to be meanwhile none is deleted, and after one that
  // failed never. One at a time.
  void Begin();
  void End(bool succeeded);

  rocksdb::IOStatus LinkFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;

 private:
  void Note(const std::string& path);

  std::mutex mutex_;
  bool is_under_way_ = false;
  std::set<std::string> under_way_;  // Of the ingestion at hand.
  std::set<std::string> kept_;       // Of those that failed.
};

}  // namespace setpoint::storage
