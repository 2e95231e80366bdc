// The rows of an open store, of which those that never change are kept for a while once they were read: commits, and
// what an entry is (entry_rows.h). Most questions are about the same few. Thread-safe; the rows outlive it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "storage/base/recently_used.h"
#include "storage/engine/store.h"

namespace setpoint::storage {

class RecentRows final : public RowReader {
 public:
  // Of each kind about `bytes_max` are kept.
  RecentRows(const RowReader& rows, size_t bytes_max);

  absl::StatusOr<std::optional<std::string>> Get(Family family, std::string_view key) const override;
  std::unique_ptr<RowIterator> Scan(Family family, std::string_view prefix) const override {
    return rows_.Scan(family, prefix);
  }
  absl::StatusOr<std::optional<std::pair<std::string, std::string>>> First(Family family, std::string_view key,
                                                                           std::string_view prefix) const override {
    return rows_.First(family, key, prefix);
  }
  absl::StatusOr<std::optional<std::pair<std::string, std::string>>> Last(Family family, std::string_view key,
                                                                          std::string_view prefix) const override {
    return rows_.Last(family, key, prefix);
  }

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

  const RowReader& rows_;
  mutable Kept objects_;
  mutable Kept entries_;
};

}  // namespace setpoint::storage
