// Rows on their way into the store that the writer must read back before they are durable: it passes every row on to
// its target and keeps a copy of those of the families it reads (`steps`, `checkpoints`, `holds`). Reading merges the
// copies with the durable rows. In generations, since a bulk load has more than one chunk under way.
// One thread at a time: the writer's.
#pragma once

#include <array>
#include <deque>
#include <string>
#include <string_view>

#include "absl/container/btree_map.h"
#include "storage/engine/row_sink.h"
#include "storage/engine/store.h"

namespace setpoint::storage {

class PendingRows final : public RowSink, public RowReader {
 public:
  // `durable` outlives this.
  explicit PendingRows(const RowReader& durable) : durable_(durable) { generations_.emplace_back(); }

  // Where the rows go from now on; outlives the Puts.
  void SetTarget(RowSink& target) { target_ = &target; }

  void Put(Family family, std::string_view key, std::string_view value) override;

  // What was put so far is on its way; Forget drops the oldest generation sealed, once its rows are durable.
  void Seal();
  void Forget();

  absl::StatusOr<std::optional<std::string>> Get(Family family, std::string_view key) const override;
  // The iterator is valid until the next Put, Seal or Forget.
  std::unique_ptr<RowIterator> Scan(Family family, std::string_view prefix) const override;
  absl::StatusOr<std::optional<std::pair<std::string, std::string>>> First(Family family, std::string_view key,
                                                                           std::string_view prefix) const override;
  absl::StatusOr<std::optional<std::pair<std::string, std::string>>> Last(Family family, std::string_view key,
                                                                          std::string_view prefix) const override;

 private:
  using Rows = absl::btree_map<std::string, std::string, std::less<>>;
  static constexpr std::array kKept = {Family::kSteps, Family::kCheckpoints, Family::kHolds};
  using Generation = std::array<Rows, kKept.size()>;

  // Its place in a generation; nothing where copies of the family are not kept.
  static std::optional<size_t> SlotOf(Family family);

  const RowReader& durable_;
  RowSink* target_ = nullptr;
  std::deque<Generation> generations_;  // Oldest first.
};

}  // namespace setpoint::storage
