// The store: one RocksDB database in DIR/store with the families of family.h. The only place that holds RocksDB
// handles. Errors: a directory that is no store, a store of another format version, a store that another process holds,
// and RocksDB's own refusals (corruption, a full disk) are told apart by status code and text:
//   kNotFound no store here · kFailedPrecondition foreign directory or unknown format version · kUnavailable held by
//   another process · kDataLoss corruption · kResourceExhausted disk full · kInternal anything else of RocksDB's.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/engine/family.h"
#include "storage/engine/row_sink.h"

namespace rocksdb {
class Env;
}

namespace setpoint::storage {

enum class OpenMode {
  kCreateIfMissing,  // Read and write; an empty or absent directory becomes a store.
  kReadWrite,
  kReadOnly,  // Works while another process writes; sees what was durable when it opened. Writes are refused.
};

struct StoreOptions {
  OpenMode mode = OpenMode::kReadWrite;
  // Uncompressed blocks kept in memory. 256 MB holds the hot part of a store of a few hundred thousand versions.
  size_t block_cache_bytes = size_t{256} << 20;
  // Where RocksDB's files live; null: the machine's file system. For tests with a disk that fails. Not owned.
  rocksdb::Env* environment = nullptr;
};

// An ordered scan of the keys that begin with a prefix, from a start key on (start may lie beyond the prefix: empty).
// Keys and values are valid until Next. One thread at a time; must not outlive its view or store.
class RowIterator {
 public:
  virtual ~RowIterator() = default;
  virtual bool Valid() const = 0;
  virtual void Next() = 0;
  virtual std::string_view Key() const = 0;
  virtual std::string_view Value() const = 0;
  // Not OK where the scan ended early because of an error; check after Valid() turned false.
  virtual absl::Status Status() const = 0;
  // Moves to the first key ≥ `key` that still has the prefix.
  virtual void Seek(std::string_view key) = 0;
};

// Rows read. Both the store (latest state) and a view offer it. Any thread may call it.
class RowReader {
 public:
  virtual ~RowReader() = default;
  // Nothing where there is no such key; an error only where the store could not be read.
  virtual absl::StatusOr<std::optional<std::string>> Get(Family family, std::string_view key) const = 0;
  virtual std::unique_ptr<RowIterator> Scan(Family family, std::string_view prefix) const = 0;
  // The first row with key ≥ `key` among those with `prefix`: one seek. Versions keyed by descending revision make
  // "the newest at or before" this question.
  virtual absl::StatusOr<std::optional<std::pair<std::string, std::string>>> First(Family family, std::string_view key,
                                                                                   std::string_view prefix) const = 0;
  // The last row with key ≤ `key` among those with `prefix`: one backward seek.
  virtual absl::StatusOr<std::optional<std::pair<std::string, std::string>>> Last(Family family, std::string_view key,
                                                                                  std::string_view prefix) const = 0;
};

// One atomic, synced batch of rows. Build it on one thread, hand it to Store::Write.
class WriteBatch;  // storage/engine/write_batch.h; a RowSink, with Delete.
// Rows of whole entries for a bulk load. Build it on one thread, hand it to Store::Ingest.
class BulkChunk;  // storage/engine/bulk_chunk.h; a RowSink that counts its bytes.

class Store : public RowReader {
 public:
  // `directory` is the data directory (--data); the database lives in its subfolder `store`. Any thread.
  static absl::StatusOr<std::unique_ptr<Store>> Open(const std::string& directory, const StoreOptions& options);

  // A consistent view of now.
  virtual std::unique_ptr<RowReader> View() const = 0;

  // All rows or none, on disk when it returns. One thread at a time for each family (also Ingest, Clear).
  virtual absl::Status Write(const WriteBatch& batch) = 0;

  // All rows of all families or none, on disk when it returns: sorted files, ingested with one call. `last` (what makes
  // the chunk count: meta/applied) is applied on top, in the same atomic step. Sorting, compressing and syncing happen
  // in the calling thread, and nothing blocks readers meanwhile: a pipeline calls this beside the building of the next
  // chunk.
  virtual absl::Status Ingest(BulkChunk chunk, const WriteBatch& last) = 0;

  // Writes rows into files that the next Ingest takes along, as if they were the beginning of its chunk: for an entry
  // that is too large to be one. Nobody sees them before; a store that closes forgets them. Threads as in Ingest.
  virtual absl::Status Stage(BulkChunk chunk) = 0;

  // Removes every row of a family. Not atomic; for rebuild.
  virtual absl::Status Clear(Family family) = 0;

  // Compacts everything to its smallest form.
  virtual absl::Status Compact() = 0;

  // Bytes of live files of a family, for `status` and benchmarks.
  virtual uint64_t FamilyBytes(Family family) const = 0;
};

}  // namespace setpoint::storage
