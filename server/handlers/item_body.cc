#include "server/handlers/item_body.h"

#include "server/server_options.h"

namespace setpoint::server {

ItemBody::ItemBody(query::JsonWriter json, std::string_view name, std::unique_ptr<Items> items, PageToken next)
    : json_(std::move(json)), items_(std::move(items)), next_(std::move(next)) {
  json_.Key(name).BeginArray();
}

absl::StatusOr<bool> ItemBody::Read(size_t bytes_wanted, std::string& out) {
  query::ScanBudget turn{kTurnScanned};
  Wrote wrote = Wrote::kItem;
  while (wrote == Wrote::kItem && json_.text().size() < bytes_wanted) {
    auto written = items_->Write(turn, json_);
    if (!written.ok()) return written.status();
    wrote = *written;
  }
  if (wrote == Wrote::kEnd) {
    if (absl::Status status = Finish(); !status.ok()) return status;
  }
  out.append(json_.Take());
  if (wrote == Wrote::kEnd) out.push_back('\n');
  return wrote != Wrote::kEnd;
}

absl::Status ItemBody::Finish() {
  auto cursor = items_->NextPage();
  if (!cursor.ok()) return cursor.status();
  json_.EndArray();
  if (!cursor->empty()) {
    next_.cursor = *std::move(cursor);
    json_.Member("continue", next_.Encode());
  }
  json_.EndObject();
  return absl::OkStatus();
}

}  // namespace setpoint::server
