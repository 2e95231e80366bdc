#include "storage/engine/bulk_loader.h"

#include <rocksdb/sst_file_writer.h>

#include <filesystem>
#include <system_error>
#include <vector>

#include "storage/base/concat.h"
#include "storage/engine/rocksdb_options.h"
#include "storage/engine/rocksdb_status.h"

namespace setpoint::storage {
namespace {

rocksdb::Slice SliceOf(std::string_view bytes) { return {bytes.data(), bytes.size()}; }

absl::Status FromErrorCode(const std::error_code& error, std::string_view doing) {
  if (!error) return absl::OkStatus();
  return absl::ErrnoToStatus(error.value(), std::string(doing));
}

}  // namespace

absl::Status BulkLoader::RemoveLeftovers() const {
  std::error_code error;
  std::filesystem::remove_all(directory_, error);
  return FromErrorCode(error, Concat("cannot empty ", directory_));
}

absl::Status BulkLoader::WriteFile(const RowArena& rows, Family family, const std::string& path) const {
  rocksdb::ColumnFamilyHandle* const handle = handles_[static_cast<size_t>(family)];
  rocksdb::ColumnFamilyDescriptor descriptor;
  rocksdb::Status status = handle->GetDescriptor(&descriptor);
  if (!status.ok()) return FromRocksDb(status, "cannot read a family's options");
  const rocksdb::Options options = BulkFileOptions(database_.GetDBOptions(), descriptor.options);
  rocksdb::SstFileWriter writer(rocksdb::EnvOptions(options), options, handle, /*invalidate_page_cache=*/false);
  status = writer.Open(path);
  for (const ArenaRow& row : rows.rows()) {
    if (!status.ok()) break;
    status = row.deleted() ? writer.Delete(SliceOf(row.key())) : writer.Put(SliceOf(row.key()), SliceOf(row.value()));
  }
  if (status.ok()) status = writer.Finish();
  return FromRocksDb(status, Concat("cannot write ", path));
}

absl::Status BulkLoader::Load(BulkChunk& chunk) {
  if (chunk.empty()) return absl::OkStatus();
  std::error_code error;
  std::filesystem::create_directories(directory_, error);
  if (error) return FromErrorCode(error, Concat("cannot make ", directory_));

  std::vector<rocksdb::IngestExternalFileArg> files;
  for (const FamilyInfo& info : kFamilies) {
    RowArena& rows = chunk.arena(info.family);
    if (rows.empty()) continue;
    rows.Sort();
    const std::string path = Concat(directory_, "/", info.name, ".sst");
    if (absl::Status status = WriteFile(rows, info.family, path); !status.ok()) return status;
    rocksdb::IngestExternalFileArg file;
    file.column_family = handles_[static_cast<size_t>(info.family)];
    file.external_files.push_back(path);
    file.options.move_files = true;
    file.options.write_global_seqno = false;
    files.push_back(std::move(file));
  }
  return FromRocksDb(database_.IngestExternalFiles(files), "cannot take a bulk load's files into the store");
}

}  // namespace setpoint::storage
