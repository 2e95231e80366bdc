// The body of an answer that is mostly one list: {members, "NAME":[item, …], "continue"?}. Items are made one by one as
// the connection takes them. Where they are searched for and few are found, nothing may come for a while: each Read is
// one turn (kTurnScanned), so that who goes away is noticed, and others come to their right.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "query/json_writer.h"
#include "query/scan_budget.h"
#include "server/handlers/page_token.h"
#include "server/http/body.h"

namespace setpoint::server {

enum class Wrote {
  kItem,
  kNothingYet,  // The turn is over, and whoever asks again is told more.
  kEnd,
};

class Items {
 public:
  virtual ~Items() = default;

  // Writes the next item of the page as one value, if it is found within what is left of the turn.
  virtual absl::StatusOr<Wrote> Write(query::ScanBudget& turn, query::JsonWriter& json) = 0;

  // Asked once, after the last one: the cursor of the next page; empty where this was the last.
  virtual absl::StatusOr<std::string> NextPage() { return std::string(); }
};

class ItemBody : public Body {
 public:
  // `json` holds the object as begun: its members before the list. `next` wants its cursor only.
  ItemBody(query::JsonWriter json, std::string_view name, std::unique_ptr<Items> items, PageToken next = {});

  absl::StatusOr<bool> Read(size_t bytes_wanted, std::string& out) override;

 private:
  absl::Status Finish();

  query::JsonWriter json_;
  const std::unique_ptr<Items> items_;
  PageToken next_;
};

// Writes each of a few items that are at hand. `write` is called as write(item, json) and gives a status.
template <typename Item, typename WriteItem>
class ItemsAtHand : public Items {
 public:
  ItemsAtHand(std::vector<Item> items, std::string next_page, WriteItem write)
      : items_(std::move(items)), next_page_(std::move(next_page)), write_(std::move(write)) {}

  absl::StatusOr<Wrote> Write(query::ScanBudget& /*turn*/, query::JsonWriter& json) override {
    if (at_ == items_.size()) return Wrote::kEnd;
    absl::Status status = write_(items_[at_++], json);
    if (!status.ok()) return status;
    return Wrote::kItem;
  }
  absl::StatusOr<std::string> NextPage() override { return next_page_; }

 private:
  const std::vector<Item> items_;
  const std::string next_page_;
  WriteItem write_;
  size_t at_ = 0;
};

template <typename Item, typename WriteItem>
std::unique_ptr<Items> MakeItems(std::vector<Item> items, std::string next_page, WriteItem write) {
  return std::make_unique<ItemsAtHand<Item, WriteItem>>(std::move(items), std::move(next_page), std::move(write));
}

// What a scan of `query` finds, and one more to know whether a page follows. `write` as above; cursor(scan, item) gives
// that of a page that begins with the item, which the scan found last.
template <typename Scan, typename WriteItem, typename CursorOfItem>
class ScannedItems : public Items {
 public:
  ScannedItems(Scan scan, size_t limit, WriteItem write, CursorOfItem cursor)
      : scan_(std::move(scan)), left_(limit), write_(std::move(write)), cursor_(std::move(cursor)) {}

  absl::StatusOr<Wrote> Write(query::ScanBudget& turn, query::JsonWriter& json) override {
    auto item = scan_.Next(turn);
    if (!item.ok()) return item.status();
    if (!item->has_value()) return scan_.ended() ? Wrote::kEnd : Wrote::kNothingYet;
    if (left_ == 0) {
      next_page_ = cursor_(scan_, **item);
      return Wrote::kEnd;
    }
    --left_;
    if (absl::Status status = write_(**item, json); !status.ok()) return status;
    return Wrote::kItem;
  }
  absl::StatusOr<std::string> NextPage() override { return next_page_; }

 private:
  Scan scan_;
  size_t left_;
  WriteItem write_;
  CursorOfItem cursor_;
  std::string next_page_;
};

template <typename Scan, typename WriteItem, typename CursorOfItem>
std::unique_ptr<Items> MakeScannedItems(Scan scan, size_t limit, WriteItem write, CursorOfItem cursor) {
  return std::make_unique<ScannedItems<Scan, WriteItem, CursorOfItem>>(std::move(scan), limit, std::move(write),
                                                                       std::move(cursor));
}

}  // namespace setpoint::server
