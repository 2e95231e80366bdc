// The rows of an open store, of which those that never change are kept for a while once they were read: commits, and
// what an entry is (entry_rows.h). Most questions are about the same few. Thread-safe; the rows outlive it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "storage/base/recently_used.h"
#include "storage/engine/forwarding_rows.h"

namespace setpoint::storage {

class RecentRows final : public ForwardingRows {
 public:
  // Of each kind about `bytes_max` are kept.
  RecentRows(const RowReader& rows, size_t bytes_max);

  absl::StatusOr<std::optional<std::string>> Get(Family family, std::string_view key) const override;

 private:
  class Kept {
   public:
    explicit Kept(size_t bytes_max) : rows_(bytes_max) {}
    std::optional<std::string> Find(std::string_view key);
    void Keep(std::string_view key, const std::string& value);

   private:
    absl::Mutex mutex_;
    RecentlyUsed<std::string, std::string> rows_ ABSL_GUARDED_BY(mutex_);
  };

  // Null: such rows are not kept.
  Kept* KeptOf(Family family, std::string_view key) const;

  mutable Kept objects_;
  mutable Kept entries_;
};

}  // namespace setpoint::storage
