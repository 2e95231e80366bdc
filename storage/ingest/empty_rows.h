// A store without rows: what a projector begins from that derives everything again.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "storage/engine/store.h"

namespace setpoint::storage {

class EmptyRows final : public RowReader {
 public:
  absl::StatusOr<std::optional<std::string>> Get(Family, std::string_view) const override { return std::nullopt; }
  std::unique_ptr<RowIterator> Scan(Family, std::string_view) const override { return std::make_unique<NoRows>(); }
  absl::StatusOr<std::optional<std::pair<std::string, std::string>>> First(Family, std::string_view,
                                                                           std::string_view) const override {
    return std::nullopt;
  }
  absl::StatusOr<std::optional<std::pair<std::string, std::string>>> Last(Family, std::string_view,
                                                                          std::string_view) const override {
    return std::nullopt;
  }

 private:
  class NoRows final : public RowIterator {
   public:
    bool Valid() const override { return false; }
    void Next() override {}
    std::string_view Key() const override { return {}; }
    std::string_view Value() const override { return {}; }
    absl::Status Status() const override { return absl::OkStatus(); }
    void Seek(std::string_view) override {}
  };
};

}  // namespace setpoint::storage
