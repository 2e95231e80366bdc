#include "storage/engine/rocksdb_reader.h"

#include <algorithm>

#include "storage/base/thread_role.h"
#include "storage/engine/rocksdb_status.h"

namespace setpoint::storage {
namespace {

using RowOrNone = absl::StatusOr<std::optional<std::pair<std::string, std::string>>>;

rocksdb::Slice SliceOf(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view ViewOf(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

// The first key after all keys with this prefix; empty where there is none (no prefix, or only 0xff bytes).
std::string PrefixEnd(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && static_cast<unsigned char>(end.back()) == 0xff) end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

class ScanIterator final : public RowIterator {
 public:
  ScanIterator(rocksdb::DB& database, rocksdb::ColumnFamilyHandle* handle, rocksdb::ReadOptions options,
               std::string_view prefix)
      : prefix_(prefix), end_(PrefixEnd(prefix)), end_slice_(end_) {
    if (!end_.empty()) options.iterate_upper_bound = &end_slice_;
    iterator_.reset(database.NewIterator(options, handle));
    iterator_->Seek(prefix_);
  }

  bool Valid() const override { return iterator_->Valid(); }
  void Next() override {
    CheckMayBlock();
    iterator_->Next();
  }
  std::string_view Key() const override { return ViewOf(iterator_->key()); }
  std::string_view Value() const override { return ViewOf(iterator_->value()); }
  absl::Status Status() const override { return FromRocksDb(iterator_->status(), "cannot read the store"); }
  void Seek(std::string_view key) override { iterator_->Seek(SliceOf(std::max(key, std::string_view(prefix_)))); }

 private:
  const std::string prefix_;
  const std::string end_;
  const rocksdb::Slice end_slice_;  // RocksDB keeps a pointer to it.
  std::unique_ptr<rocksdb::Iterator> iterator_;
};

RowOrNone RowAt(const rocksdb::Iterator& iterator, std::string_view prefix) {
  if (!iterator.Valid()) {
    absl::Status status = FromRocksDb(iterator.status(), "cannot read the store");
    if (!status.ok()) return status;
    return std::nullopt;
  }
  if (!iterator.key().starts_with(SliceOf(prefix))) return std::nullopt;
  return std::make_pair(iterator.key().ToString(), iterator.value().ToString());
}

}  // namespace

rocksdb::ReadOptions RocksDbReader::Options() const {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot_;
  return options;
}

absl::StatusOr<std::optional<std::string>> RocksDbReader::Get(Family family, std::string_view key) const {
  CheckMayBlock();
  std::string value;
  const rocksdb::Status status = database_.Get(Options(), Handle(family), SliceOf(key), &value);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) return FromRocksDb(status, "cannot read the store");
  return value;
}

std::unique_ptr<RowIterator> RocksDbReader::Scan(Family family, std::string_view prefix) const {
  CheckMayBlock();
  return std::make_unique<ScanIterator>(database_, Handle(family), Options(), prefix);
}

RowOrNone RocksDbReader::First(Family family, std::string_view key, std::string_view prefix) const {
  CheckMayBlock();
  const std::unique_ptr<rocksdb::Iterator> iterator(database_.NewIterator(Options(), Handle(family)));
  iterator->Seek(SliceOf(std::max(key, prefix)));
  return RowAt(*iterator, prefix);
}

RowOrNone RocksDbReader::Last(Family family, std::string_view key, std::string_view prefix) const {
  CheckMayBlock();
  const std::unique_ptr<rocksdb::Iterator> iterator(database_.NewIterator(Options(), Handle(family)));
  const std::string end = PrefixEnd(prefix);
  if (!end.empty() && key >= end) {
    iterator->SeekForPrev(end);
    if (iterator->Valid() && ViewOf(iterator->key()) == end) iterator->Prev();
  } else {
    iterator->SeekForPrev(SliceOf(key));
  }
  return RowAt(*iterator, prefix);
}

}  // namespace setpoint::storage
