// Turns chunks into one sorted file a family each and makes all of them part of the database in one step.
// One thread at a time; readers and live writes may go on beside it.
#pragma once

#include <rocksdb/db.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "storage/engine/bulk_chunk.h"
#include "storage/engine/ingested_files.h"
#include "storage/engine/rocksdb_reader.h"

namespace setpoint::storage {

class BulkLoader {
 public:
  // `directory` is where the files are built; it must lie on the file system of the database, so that they can be
  // linked instead of copied. Its contents belong to the loader. `files` is the database's own; null in one that is
  // only read.
  BulkLoader(rocksdb::DB& database, const FamilyHandles& handles, std::string directory, IngestedFiles* files)
      : database_(database), handles_(handles), directory_(std::move(directory)), files_(files) {}

  // Removes what an interrupted load left behind.
  absl::Status RemoveLeftovers() const;

  // Writes the chunk's files, which the next Load takes along. Sorts the chunk.
  absl::Status Stage(BulkChunk& chunk);

  // All rows of all families or none, also of the chunks staged before, on disk when it returns; of several rows of one
  // key the last one staged or loaded stays. Sorts the chunk.
  absl::Status Load(BulkChunk& chunk);

 private:
  struct BulkFile {
    Family family;
    std::string path;
  };

  absl::Status WriteFiles(BulkChunk& chunk, const std::vector<BulkFile>& files) const;
  absl::Status WriteFile(const RowArena& rows, Family family, const std::string& path) const;

  rocksdb::DB& database_;
  const FamilyHandles& handles_;
  const std::string directory_;
  IngestedFiles* const files_;
  std::vector<BulkFile> staged_;  // In the order of their chunks.
  size_t staged_chunks_ = 0;      // Files of different chunks have different names.
};

}  // namespace setpoint::storage
