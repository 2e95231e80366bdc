#include "storage/projections/pending_rows.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "storage/base/check.h"

namespace setpoint::storage {
namespace {

using Row = std::pair<std::string, std::string>;
using Rows = absl::btree_map<std::string, std::string, std::less<>>;

// A map's rows of one prefix, in order.
class MapIterator final : public RowIterator {
 public:
  MapIterator(const Rows& rows, std::string_view prefix)
      : rows_(rows), prefix_(prefix), next_(rows.lower_bound(prefix)) {}

  bool Valid() const override { return next_ != rows_.end() && next_->first.starts_with(prefix_); }
  void Next() override { ++next_; }
  std::string_view Key() const override { return next_->first; }
  std::string_view Value() const override { return next_->second; }
  absl::Status Status() const override { return absl::OkStatus(); }
  void Seek(std::string_view key) override { next_ = rows_.lower_bound(std::max(key, std::string_view(prefix_))); }

 private:
  const Rows& rows_;
  const std::string prefix_;
  Rows::const_iterator next_;
};

// Ordered sources as one; where several have a key, the first of them counts.
class MergedIterator final : public RowIterator {
 public:
  explicit MergedIterator(std::vector<std::unique_ptr<RowIterator>> sources) : sources_(std::move(sources)) {
    Choose();
  }

  bool Valid() const override { return current_ != nullptr; }
  std::string_view Key() const override { return current_->Key(); }
  std::string_view Value() const override { return current_->Value(); }

  void Next() override {
    const std::string key(current_->Key());
    for (const auto& source : sources_) {
      if (source->Valid() && source->Key() == key) source->Next();
    }
    Choose();
  }

  absl::Status Status() const override {
    for (const auto& source : sources_) {
      if (absl::Status status = source->Status(); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  void Seek(std::string_view key) override {
    for (const auto& source : sources_) source->Seek(key);
    Choose();
  }

 private:
  void Choose() {
    current_ = nullptr;
    for (const auto& source : sources_) {
      if (source->Valid() && (current_ == nullptr || source->Key() < current_->Key())) current_ = source.get();
    }
  }

  const std::vector<std::unique_ptr<RowIterator>> sources_;
  RowIterator* current_ = nullptr;
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
  std::vector<std::unique_ptr<RowIterator>> newest_first;
  for (auto generation = generations_.rbegin(); generation != generations_.rend(); ++generation) {
    newest_first.push_back(std::make_unique<MapIterator>((*generation)[*slot], prefix));
  }
  newest_first.push_back(durable_.Scan(family, prefix));
  return std::make_unique<MergedIterator>(std::move(newest_first));
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
