// A file system for RocksDB that fails at the n-th operation that changes something: as if the process had died there
// (that operation and all later ones fail and do nothing), as a full disk does, or once. DropUnsynced also takes what a
// power cut would take.
// A sync is only noted, never done: quick, and as good here.
#pragma once

#include <rocksdb/file_system.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>

namespace setpoint::storage {

enum class FileFault {
  kDeath,      // From the n-th operation on nothing is done any more.
  kFullDisk,   // From the n-th operation on there is no space for anything that would take some.
  kErrorOnce,  // The n-th operation fails.
};

class UnreliableFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  // Operations count from 1; 0: never stops.
  explicit UnreliableFileSystem(uint64_t stop_at, FileFault fault = FileFault::kDeath);

  const char* Name() const override { return "UnreliableFileSystem"; }

  bool stopped() const;
  uint64_t operations() const;

  // Cuts every file that was written back to what was synced. Call it when the database is closed.
  void DropUnsynced();
  // The same, but of what was not synced of a write-ahead log some sectors are there and others not, and zeros follow:
  // its file was made longer ahead of its rows.
  void TearUnsynced(std::mt19937_64& random);

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus ReopenWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* file,
                                       rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus LinkFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewDirectory(const std::string& path, const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* directory,
                                 rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus CreateDir(const std::string& path, const rocksdb::IOOptions& options,
                              rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus CreateDirIfMissing(const std::string& path, const rocksdb::IOOptions& options,
                                       rocksdb::IODebugContext* debug) override;

 private:
  friend class UnreliableFile;

  enum class Takes { kSpace, kNothing };
  // Counts one operation; an error where the fault strikes it.
  rocksdb::IOStatus Count(Takes takes = Takes::kSpace);
  void NoteSynced(const std::string& path, uint64_t size);

  const uint64_t stop_at_;
  const FileFault fault_;
  mutable std::mutex mutex_;
  uint64_t operations_ = 0;
  std::map<std::string, uint64_t> synced_sizes_;  // Of files written through this object.
};

}  // namespace setpoint::storage
