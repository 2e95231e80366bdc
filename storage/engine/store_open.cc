// Store::Open: which directory, whose, of what format, and only then RocksDB.
#include <rocksdb/cache.h>
#include <rocksdb/db.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <vector>

#include "storage/base/coding.h"
#include "storage/base/concat.h"
#include "storage/engine/directory_lock.h"
#include "storage/engine/format_version.h"
#include "storage/engine/rocksdb_options.h"
#include "storage/engine/rocksdb_status.h"
#include "storage/engine/rocksdb_store.h"
#include "storage/engine/store.h"
#include "storage/engine/wal_files.h"
#include "storage/engine/write_batch.h"

namespace setpoint::storage {
namespace {

namespace fs = std::filesystem;

// A reader's open is tried again so often while a writer changes the set of files under it: each time means that one
// more flush or bulk chunk was finished just then.
constexpr int kReadOnlyAttemptsMax = 50;

std::string DatabaseDirectory(const std::string& directory) { return (fs::path(directory) / "store").string(); }
std::string BulkDirectory(const std::string& directory) { return (fs::path(directory) / "bulk").string(); }

absl::Status NoStore(const std::string& directory) {
  return absl::NotFoundError(Concat("there is no store in ", directory, "; `setpoint ingest` makes one"));
}

absl::Status Foreign(const std::string& directory) {
  return absl::FailedPreconditionError(Concat(
      directory, " holds files that are not setpoint's; choose an empty directory, or one that is not there yet"));
}

absl::Status FromOpen(const rocksdb::Status& status, const std::string& directory) {
  const std::string doing = Concat("cannot open the store in ", directory);
  // A file that the manifest names is gone.
  if (status.IsPathNotFound()) return absl::DataLossError(Concat(doing, ": ", status.ToString()));
  return FromRocksDb(status, doing);
}

// OK where the row says a version that this program knows; kNotFound where there is no row.
absl::Status CheckFormat(const std::optional<std::string>& row, const std::string& directory) {
  if (!row.has_value()) return NoStore(directory);
  ByteReader reader(*row);
  const uint32_t version = reader.BigEndian32();
  if (!reader.Finished() || version == 0) {
    return absl::DataLossError(Concat("the format version of the store in ", directory, " is damaged"));
  }
  const uint32_t newest = static_cast<uint32_t>(kFormatVersion);
  if (version <= newest) return absl::OkStatus();
  return absl::FailedPreconditionError(Concat("the store in ", directory, " has format version ", version,
                                              "; this program knows versions up to ", newest,
                                              ": use the newer setpoint that wrote it"));
}

using FamilyDescriptors = std::vector<rocksdb::ColumnFamilyDescriptor>;

// Every family of ours, and RocksDB's own `default`, which stays empty.
FamilyDescriptors AllFamilies(const StoreOptions& options) {
  const std::shared_ptr<rocksdb::Cache> cache = rocksdb::NewLRUCache(options.block_cache_bytes);
  FamilyDescriptors families;
  families.emplace_back(rocksdb::kDefaultColumnFamilyName, FamilyOptions(Family::kMeta, cache));
  for (const FamilyInfo& info : kFamilies) {
    families.emplace_back(std::string(info.name), FamilyOptions(info.family, cache));
  }
  return families;
}

bool IsOurs(std::string_view family) {
  return family == rocksdb::kDefaultColumnFamilyName ||
         std::any_of(kFamilies.begin(), kFamilies.end(), [&](const FamilyInfo& info) { return info.name == family; });
}

absl::StatusOr<std::unique_ptr<RocksDbHandles>> OpenDatabaseReadOnly(const rocksdb::DBOptions& database_options,
                                                                     const std::string& directory,
                                                                     const FamilyDescriptors& families) {
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* database = nullptr;
  const rocksdb::Status status =
      rocksdb::DB::OpenForReadOnly(database_options, DatabaseDirectory(directory), families, &handles, &database);
  if (!status.ok()) return FromOpen(status, directory);
  return std::make_unique<RocksDbHandles>(database, handles);
}

// A database with families that we do not know: of a newer format, which its row then says, or not ours at all.
absl::Status RefuseUnknownFamilies(const rocksdb::DBOptions& database_options, const std::string& directory,
                                   const std::vector<std::string>& families) {
  const std::string meta(InfoOf(Family::kMeta).name);
  if (std::find(families.begin(), families.end(), meta) == families.end()) return Foreign(directory);
  absl::StatusOr<std::unique_ptr<RocksDbHandles>> handles =
      OpenDatabaseReadOnly(database_options, directory, {{rocksdb::kDefaultColumnFamilyName, {}}, {meta, {}}});
  if (!handles.ok()) return handles.status();
  const RocksDbReader rows((*handles)->database(), (*handles)->families(), nullptr);
  const absl::StatusOr<std::optional<std::string>> row = rows.Get(Family::kMeta, kFormatKey);
  if (!row.ok()) return row.status();
  absl::Status status = CheckFormat(*row, directory);
  return status.ok() || absl::IsNotFound(status) ? Foreign(directory) : status;
}

// The families that the database has; none where there is no database yet. Refuses one with families of which this
// program knows nothing.
absl::StatusOr<std::vector<std::string>> ExistingFamilies(const rocksdb::DBOptions& database_options,
                                                          const std::string& directory) {
  std::vector<std::string> families;
  if (!fs::exists(fs::path(DatabaseDirectory(directory)) / "CURRENT")) return families;
  const rocksdb::Status status =
      rocksdb::DB::ListColumnFamilies(database_options, DatabaseDirectory(directory), &families);
  if (!status.ok()) return FromOpen(status, directory);
  if (std::all_of(families.begin(), families.end(), IsOurs)) return families;
  return RefuseUnknownFamilies(database_options, directory, families);
}

// Opens the families that are there and makes those that are not: all of them in a new database, some where a creation
// was cut short. (Left to RocksDB, each would sync the disk three times.)
absl::StatusOr<std::unique_ptr<RocksDbHandles>> OpenDatabase(const rocksdb::DBOptions& database_options,
                                                             const std::string& directory,
                                                             const std::vector<std::string>& existing,
                                                             const FamilyDescriptors& families) {
  FamilyDescriptors present;
  FamilyDescriptors missing;
  for (const rocksdb::ColumnFamilyDescriptor& family : families) {
    const bool is_present = family.name == rocksdb::kDefaultColumnFamilyName ||
                            std::find(existing.begin(), existing.end(), family.name) != existing.end();
    (is_present ? present : missing).push_back(family);
  }
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* database = nullptr;
  rocksdb::Status status =
      rocksdb::DB::Open(database_options, DatabaseDirectory(directory), present, &handles, &database);
  if (!status.ok()) return FromOpen(status, directory);
  std::vector<rocksdb::ColumnFamilyHandle*> made;
  if (!missing.empty()) status = database->CreateColumnFamilies(missing, &made);
  handles.insert(handles.end(), made.begin(), made.end());
  auto opened = std::make_unique<RocksDbHandles>(database, handles);
  if (!status.ok()) return FromOpen(status, directory);
  return opened;
}

// The row is written last, so a store without it was cut short in its creation and holds nothing.
absl::Status CheckOrWriteFormat(Store& store, OpenMode mode, const std::string& directory) {
  const absl::StatusOr<std::optional<std::string>> row = store.Get(Family::kMeta, kFormatKey);
  if (!row.ok()) return row.status();
  if (row->has_value() || mode != OpenMode::kCreateIfMissing) return CheckFormat(*row, directory);
  const std::unique_ptr<RowIterator> log = store.Scan(Family::kLog, "");
  if (!log->Status().ok()) return log->Status();
  if (log->Valid()) {
    return absl::DataLossError(Concat("the store in ", directory, " has a log but no format version"));
  }
  std::string version;
  AppendBigEndian32(version, static_cast<uint32_t>(kFormatVersion));
  WriteBatch batch;
  batch.Put(Family::kMeta, kFormatKey, version);
  return store.Write(batch);
}

absl::Status MakeDirectory(const std::string& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (!error) return absl::OkStatus();
  return absl::ErrnoToStatus(error.value(), Concat("cannot make the directory ", directory));
}

StoreFiles MakeFiles(const rocksdb::Env& environment, OpenMode mode) {
  StoreFiles made;
  std::shared_ptr<rocksdb::FileSystem> files = std::make_shared<WalFiles>(environment.GetFileSystem());
  if (mode != OpenMode::kReadOnly) files = made.ingested = std::make_shared<IngestedFiles>(files);
  made.environment = rocksdb::NewCompositeEnv(files);
  return made;
}

absl::StatusOr<std::unique_ptr<Store>> OpenForWriting(const std::string& directory, const StoreOptions& options) {
  if (absl::Status status = MakeDirectory(directory); !status.ok()) return status;
  absl::StatusOr<std::unique_ptr<DirectoryLock>> lock = DirectoryLock::Acquire(directory);
  if (!lock.ok()) return lock.status();
  if (absl::Status status = MakeDirectory(DatabaseDirectory(directory)); !status.ok()) return status;

  rocksdb::DBOptions database_options = DatabaseOptions(options);
  StoreFiles files = MakeFiles(*database_options.env, options.mode);
  database_options.env = files.environment.get();
  const absl::StatusOr<std::vector<std::string>> existing = ExistingFamilies(database_options, directory);
  if (!existing.ok()) return existing.status();
  database_options.create_if_missing = options.mode == OpenMode::kCreateIfMissing;
  absl::StatusOr<std::unique_ptr<RocksDbHandles>> handles =
      OpenDatabase(database_options, directory, *existing, AllFamilies(options));
  if (!handles.ok()) return handles.status();
  auto store =
      std::make_unique<RocksDbStore>(std::move(files), *std::move(handles), *std::move(lock), BulkDirectory(directory));
  if (absl::Status checked = CheckOrWriteFormat(*store, options.mode, directory); !checked.ok()) return checked;
  if (absl::Status cleaned = store->RemoveLeftovers(); !cleaned.ok()) return cleaned;
  if (existing->empty()) {
    if (absl::Status synced = DirectoryLock::SyncEntries(directory); !synced.ok()) return synced;
  }
  return store;
}

// Changes whenever a writer changes the set of files: the manifest's name, and its length.
std::string FilesStamp(const std::string& directory) {
  const fs::path database = DatabaseDirectory(directory);
  std::string manifest;
  std::ifstream(database / "CURRENT") >> manifest;
  std::error_code error;
  const uintmax_t size = fs::file_size(database / manifest, error);
  return Concat(manifest, " ", error ? 0 : size);
}

// RocksDB reads first the manifest, then the write-ahead logs. A log that a writer flushes and removes in between would
// be missing without a word, so the open counts only where the set of files did not change meanwhile.
absl::StatusOr<std::unique_ptr<Store>> OpenForReading(const std::string& directory, const StoreOptions& options) {
  rocksdb::DBOptions database_options = DatabaseOptions(options);
  StoreFiles files = MakeFiles(*database_options.env, options.mode);
  database_options.env = files.environment.get();
  absl::Status last = NoStore(directory);
  for (int attempt = 0; attempt < kReadOnlyAttemptsMax; ++attempt) {
    const std::string before = FilesStamp(directory);
    last = ExistingFamilies(database_options, directory).status();
    if (last.ok()) {
      absl::StatusOr<std::unique_ptr<RocksDbHandles>> handles =
          OpenDatabaseReadOnly(database_options, directory, AllFamilies(options));
      last = handles.status();
      if (last.ok() && FilesStamp(directory) == before) {
        auto store =
            std::make_unique<RocksDbStore>(std::move(files), *std::move(handles), nullptr, BulkDirectory(directory));
        if (absl::Status status = CheckOrWriteFormat(*store, options.mode, directory); !status.ok()) return status;
        return store;
      }
    }
    // The same files twice, and still an error: it is no writer's doing.
    if (!last.ok() && FilesStamp(directory) == before) return last;
  }
  if (!last.ok()) return last;
  return absl::UnavailableError(Concat("the store in ", directory, " is being written too busily; try again"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> Store::Open(const std::string& directory, const StoreOptions& options) {
  const absl::StatusOr<DirectoryState> state = InspectDirectory(directory);
  if (!state.ok()) return state.status();
  if (*state == DirectoryState::kForeign) return Foreign(directory);
  if (options.mode == OpenMode::kCreateIfMissing) return OpenForWriting(directory, options);
  const bool has_database = fs::exists(fs::path(DatabaseDirectory(directory)) / "CURRENT");
  if (!has_database) return NoStore(directory);
  return options.mode == OpenMode::kReadOnly ? OpenForReading(directory, options) : OpenForWriting(directory, options);
}

}  // namespace setpoint::storage
