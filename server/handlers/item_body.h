// The body of an answer that is mostly one list: {members, "NAME":[item, …], "continue"?}. Items are made one by one as
// the connection takes them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "query/json_writer.h"
#include "server/handlers/page_token.h"
#include "server/http/body.h"

namespace setpoint::server {

class Items {
 public:
  virtual ~Items() = default;

  // Writes the next item of the page as one value; false where there is none.
  virtual absl::StatusOr<bool> Write(query::JsonWriter& json) = 0;

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

  absl::StatusOr<bool> Write(query::JsonWriter& json) override {
    if (at_ == items_.size()) return false;
    absl::Status status = write_(items_[at_++], json);
    if (!status.ok()) return status;
    return true;
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

}  // namespace setpoint::server
