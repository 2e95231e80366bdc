#include "storage/projections/pending_rows.h"

#include <memory>
#include <utility>
#include <vector>

#include "storage/base/check.h"

namespace setpoint::storage {
namespace {

using Row = std::pair<std::string, std::string>;

// Two ordered sources as one; where both have a key, the pending row is the newer one.
class MergedIterator final : public RowIterator {
 public:
  MergedIterator(std::vector<Row> pending, std::unique_ptr<RowIterator> durable)
      : pending_(std::move(pending)), durable_(std::move(durable)) {}

  bool Valid() const override { return next_ < pending_.size() || durable_->Valid(); }

  void Next() override {
    if (!OnPending()) {
      durable_->Next();
      return;
    }
    if (durable_->Valid() && durable_->Key() == pending_[next_].first) durable_->Next();
    ++next_;
  }

  std::string_view Key() const override { return OnPending() ? pending_[next_].first : durable_->Key(); }
  std::string_view Value() const override { return OnPending() ? pending_[next_].second : durable_->Value(); }
  absl::Status Status() const override { return durable_->Status(); }

  void Seek(std::string_view key) override {
    durable_->Seek(key);
    next_ = 0;
    while (next_ < pending_.size() && pending_[next_].first < key) ++next_;
  }

 private:
  bool OnPending() const {
    if (next_ >= pending_.size()) return false;
    return !durable_->Valid() || pending_[next_].first <= durable_->Key();
  }

  std::vector<Row> pending_;
  size_t next_ = 0;
  std::unique_ptr<RowIterator> durable_;
};

}  // namespace

std::optional<size_t> PendingRows::SlotOf(Family family) {
  for (size_t slot = 0; slot < kKept.size(); ++slot) {
    if (kKept[slot] == family) return slot;
  }
  return std::nullopt;
}

void PendingRows::Put(Family family, std::string_view key, std::string_view value) {
  SETPOINT_CHECK(target_ != nullptr, "a row is put before there is a target");
  target_->Put(family, key, value);
  if (const std::optional<size_t> slot = SlotOf(family)) {
    generations_.back()[*slot].insert_or_assign(std::string(key), std::string(value));
  }
}

void PendingRows::Seal() { generations_.emplace_back(); }

void PendingRows::Forget() {
  SETPOINT_CHECK(generations_.size() > 1, "nothing is sealed");
  generations_.pop_front();
}

absl::StatusOr<std::optional<std::string>> PendingRows::Get(Family family, std::string_view key) const {
  if (const std::optional<size_t> slot = SlotOf(family)) {
    for (auto generation = generations_.rbegin(); generation != generations_.rend(); ++generation) {
      const Rows& rows = (*generation)[*slot];
      if (const auto found = rows.find(key); found != rows.end()) return found->second;
    }
  }
  return durable_.Get(family, key);
}

std::unique_ptr<RowIterator> PendingRows::Scan(Family family, std::string_view prefix) const {
  const std::optional<size_t> slot = SlotOf(family);
  if (!slot) return durable_.Scan(family, prefix);
  Rows merged;
  for (const Generation& generation : generations_) {
    const Rows& rows = generation[*slot];
    for (auto row = rows.lower_bound(prefix); row != rows.end() && row->first.starts_with(prefix); ++row) {
      merged.insert_or_assign(row->first, row->second);
    }
  }
  std::vector<Row> pending(merged.begin(), merged.end());
  return std::make_unique<MergedIterator>(std::move(pending), durable_.Scan(family, prefix));
}

absl::StatusOr<std::optional<Row>> PendingRows::First(Family family, std::string_view key,
                                                      std::string_view prefix) const {
  absl::StatusOr<std::optional<Row>> best = durable_.First(family, key, prefix);
  const std::optional<size_t> slot = SlotOf(family);
  if (!best.ok() || !slot) return best;
  for (const Generation& generation : generations_) {
    const Rows& rows = generation[*slot];
    const auto found = rows.lower_bound(key);
    if (found == rows.end() || !found->first.starts_with(prefix)) continue;
    if (!best->has_value() || found->first <= (*best)->first) *best = Row(found->first, found->second);
  }
  return best;
}

absl::StatusOr<std::optional<Row>> PendingRows::Last(Family family, std::string_view key,
                                                     std::string_view prefix) const {
  absl::StatusOr<std::optional<Row>> best = durable_.Last(family, key, prefix);
  const std::optional<size_t> slot = SlotOf(family);
  if (!best.ok() || !slot) return best;
  for (const Generation& generation : generations_) {
    const Rows& rows = generation[*slot];
    auto found = rows.upper_bound(key);
    if (found == rows.begin()) continue;
    --found;
    if (!found->first.starts_with(prefix)) continue;
    if (!best->has_value() || found->first >= (*best)->first) *best = Row(found->first, found->second);
  }
  return best;
}

}  // namespace setpoint::storage
