// Reads other rows; for readers that do one thing of their own. Thread-safe as they are, and they outlive it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "storage/engine/store.h"

namespace setpoint::storage {

class ForwardingRows : public RowReader {
 public:
  explicit ForwardingRows(const RowReader& rows) : rows_(rows) {}

  absl::StatusOr<std::optional<std::string>> Get(Family family, std::string_view key) const override {
    return rows_.Get(family, key);
  }
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
  const RowReader& rows_;
};

}  // namespace setpoint::storage
