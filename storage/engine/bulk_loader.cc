#include "storage/engine/bulk_loader.h"

#include <rocksdb/sst_file_writer.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <future>
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

// Two threads take one family after another, the largest first: at the end of a load nobody else is at work.
absl::Status BulkLoader::WriteFiles(BulkChunk& chunk, const std::vector<BulkFile>& files) const {
  std::atomic<size_t> next = 0;
  const auto write = [&]() -> absl::Status {
    for (size_t i = next++; i < files.size(); i = next++) {
      RowArena& rows = chunk.arena(files[i].family);
      rows.Sort();
      if (absl::Status status = WriteFile(rows, files[i].family, files[i].path); !status.ok()) return status;
    }
    return absl::OkStatus();
  };
  std::future<absl::Status> beside = std::async(std::launch::async, write);
  const absl::Status here = write();
  const absl::Status there = beside.get();
  return here.ok() ? there : here;
}

absl::Status BulkLoader::Stage(BulkChunk& chunk) {
  if (chunk.empty()) return absl::OkStatus();
  std::error_code error;
  std::filesystem::create_directories(directory_, error);
  if (error) return FromErrorCode(error, Concat("cannot make ", directory_));

  std::vector<BulkFile> files;
  for (const FamilyInfo& info : kFamilies) {
    if (chunk.arena(info.family).empty()) continue;
    files.push_back({info.family, Concat(directory_, "/", info.name, ".", staged_chunks_, ".sst")});
  }
  ++staged_chunks_;
  std::sort(files.begin(), files.end(), [&chunk](const BulkFile& a, const BulkFile& b) {
    return chunk.arena(a.family).bytes() > chunk.arena(b.family).bytes();
  });
  if (absl::Status status = WriteFiles(chunk, files); !status.ok()) return status;
  staged_.insert(staged_.end(), files.begin(), files.end());
  return absl::OkStatus();
}

absl::Status BulkLoader::Load(BulkChunk& chunk) {
  if (absl::Status status = Stage(chunk); !status.ok()) return status;
  if (staged_.empty()) return absl::OkStatus();
  std::vector<rocksdb::IngestExternalFileArg> ingested;
  for (const FamilyInfo& info : kFamilies) {
    rocksdb::IngestExternalFileArg of_family;
    of_family.column_family = handles_[static_cast<size_t>(info.family)];
    of_family.options.move_files = true;
    of_family.options.write_global_seqno = false;
    for (const BulkFile& each : staged_) {
      if (each.family == info.family) of_family.external_files.push_back(each.path);
    }
    if (!of_family.external_files.empty()) ingested.push_back(std::move(of_family));
  }
  staged_.clear();
  staged_chunks_ = 0;
  files_->Begin();
  const rocksdb::Status status = database_.IngestExternalFiles(ingested);
  files_->End(status.ok());
  return FromRocksDb(status, "cannot take a bulk load's files into the store");
}

}  // namespace setpoint::storage
