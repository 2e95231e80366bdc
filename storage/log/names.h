// The dense ids of repositories, paths and resource keys, both ways: the n-th that the log names has the id n (within
// one entry: its files in order, then its changes in order, `moved_from` before `key`). Held in memory whole; kept in
// the `names` family, one row a name: kind byte and id (u32, big-endian) → the name.
// Thread-safe: any thread may look up while the one writer interns. Views returned stay valid as long as the object.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "storage/base/ids.h"
#include "storage/engine/row_sink.h"
#include "storage/engine/store.h"
#include "storage/log/name_table.h"

namespace setpoint::storage {

class Names {
 public:
  // Reads all names of a store, once, into an empty object. kDataLoss where the ids have a gap.
  absl::Status Load(const RowReader& rows);

  // The id, or none where the log never named it.
  RepositoryId FindRepository(std::string_view name) const;
  PathId FindPath(std::string_view path) const;
  ResourceId FindResource(std::string_view key) const;

  // The name of an id that was given out.
  std::string_view RepositoryName(RepositoryId id) const;
  std::string_view Path(PathId id) const;
  std::string_view ResourceKey(ResourceId id) const;

  uint32_t repository_count() const;
  uint32_t path_count() const;
  uint32_t resource_count() const;

  // The id, given out now (with its row put in `sink`) where there was none. The writer only.
  RepositoryId InternRepository(std::string_view name, RowSink& sink);
  PathId InternPath(std::string_view path, RowSink& sink);
  ResourceId InternResource(std::string_view key, RowSink& sink);

 private:
  enum class Kind : char { kRepository = 'r', kPath = 'p', kResource = 'k' };

  absl::Status LoadKind(Kind kind, const RowReader& rows) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  NameTable& TableOf(Kind kind) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  const NameTable& TableOf(Kind kind) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  uint32_t Find(Kind kind, std::string_view name) const;
  std::string_view NameOf(Kind kind, uint32_t id) const;
  uint32_t Intern(Kind kind, std::string_view name, RowSink& sink);
  uint32_t Count(Kind kind) const;

  mutable absl::Mutex mutex_;
  NameTable repositories_ ABSL_GUARDED_BY(mutex_);
  NameTable paths_ ABSL_GUARDED_BY(mutex_);
  NameTable resources_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace setpoint::storage
