#include "storage/log/names.h"

#include <algorithm>
#include <memory>
#include <string>

#include "storage/base/check.h"
#include "storage/base/coding.h"
#include "storage/base/concat.h"

namespace setpoint::storage {
namespace {

constexpr uint32_t kReservedNamesMax = 1u << 24;

}  // namespace

NameTable& Names::TableOf(Kind kind) {
  switch (kind) {
    case Kind::kRepository:
      return repositories_;
    case Kind::kPath:
      return paths_;
    case Kind::kResource:
      return resources_;
  }
  SETPOINT_CHECK(false, "a kind of name");
}

const NameTable& Names::TableOf(Kind kind) const { return const_cast<Names*>(this)->TableOf(kind); }

absl::Status Names::LoadKind(Kind kind, const RowReader& rows) {
  NameTable& table = TableOf(kind);
  SETPOINT_CHECK(table.size() == 0, "names are loaded once");
  const std::string prefix(1, static_cast<char>(kind));
  // Ids have no gap, so the last one says how many there are.
  const auto last = rows.Last(Family::kNames, prefix + std::string(sizeof(uint32_t), '\xff'), prefix);
  if (!last.ok()) return last.status();
  if (!last->has_value()) return absl::OkStatus();
  ByteReader count(std::string_view((*last)->first).substr(1));
  // A damaged key must not reserve the whole memory.
  table.Reserve(std::min(count.BigEndian32(), kReservedNamesMax));

  const std::unique_ptr<RowIterator> row = rows.Scan(Family::kNames, prefix);
  for (; row->Valid(); row->Next()) {
    ByteReader reader(row->Key().substr(1));
    const uint32_t id = reader.BigEndian32();
    if (!reader.Finished() || id != table.size() + 1 || table.Add(row->Value()) == 0) {
      return absl::DataLossError(
          Concat("the names of kind '", prefix, "' are damaged after id ", table.size(), "; run `setpoint rebuild`"));
    }
  }
  return row->Status();
}

absl::Status Names::Load(const RowReader& rows) {
  const absl::MutexLock lock(&mutex_);
  for (const Kind kind : {Kind::kRepository, Kind::kPath, Kind::kResource}) {
    if (absl::Status status = LoadKind(kind, rows); !status.ok()) return status;
  }
  return absl::OkStatus();
}

uint32_t Names::Find(Kind kind, std::string_view name) const {
  const absl::ReaderMutexLock lock(&mutex_);
  return TableOf(kind).Find(name);
}

std::string_view Names::NameOf(Kind kind, uint32_t id) const {
  const absl::ReaderMutexLock lock(&mutex_);
  return TableOf(kind).NameOf(id);
}

uint32_t Names::Count(Kind kind) const {
  const absl::ReaderMutexLock lock(&mutex_);
  return TableOf(kind).size();
}

uint32_t Names::Intern(Kind kind, std::string_view name, RowSink& sink) {
  // The writer alone adds, so what it does not find nobody else adds meanwhile.
  if (const uint32_t known = Find(kind, name); known != 0) return known;
  uint32_t id = 0;
  {
    const absl::MutexLock lock(&mutex_);
    id = TableOf(kind).Add(name);
  }
  SETPOINT_CHECK(id != 0, "one thread at a time interns names");
  std::string key(1, static_cast<char>(kind));
  AppendBigEndian32(key, id);
  sink.Put(Family::kNames, key, name);
  return id;
}

RepositoryId Names::FindRepository(std::string_view name) const { return RepositoryId(Find(Kind::kRepository, name)); }
PathId Names::FindPath(std::string_view path) const { return PathId(Find(Kind::kPath, path)); }
ResourceId Names::FindResource(std::string_view key) const { return ResourceId(Find(Kind::kResource, key)); }

std::string_view Names::RepositoryName(RepositoryId id) const { return NameOf(Kind::kRepository, id.value); }
std::string_view Names::Path(PathId id) const { return NameOf(Kind::kPath, id.value); }
std::string_view Names::ResourceKey(ResourceId id) const { return NameOf(Kind::kResource, id.value); }

uint32_t Names::repository_count() const { return Count(Kind::kRepository); }
uint32_t Names::path_count() const { return Count(Kind::kPath); }
uint32_t Names::resource_count() const { return Count(Kind::kResource); }

RepositoryId Names::InternRepository(std::string_view name, RowSink& sink) {
  return RepositoryId(Intern(Kind::kRepository, name, sink));
}
PathId Names::InternPath(std::string_view path, RowSink& sink) { return PathId(Intern(Kind::kPath, path, sink)); }
ResourceId Names::InternResource(std::string_view key, RowSink& sink) {
  return ResourceId(Intern(Kind::kResource, key, sink));
}

}  // namespace setpoint::storage
