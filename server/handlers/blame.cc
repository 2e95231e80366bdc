#include "server/handlers/blame.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "query/authorship.h"
#include "query/blame.h"
#include "query/blame_json.h"
#include "query/deleted_fields.h"
#include "query/position_json.h"
#include "server/handlers/item_body.h"
#include "server/handlers/place.h"
#include "server/handlers/position_query.h"
#include "server/http/query_reader.h"

namespace setpoint::server {
namespace {

// One resource has so few fields (kDocumentNodesMax at the very most) that they are one page.
class BlameItems : public Items {
 public:
  BlameItems(const Place& place, std::vector<query::BlameField> fields)
      : view_(place.view), authors_(place.view, place.repository), fields_(std::move(fields)) {
    query::SortByPointer(fields_);
  }

  absl::StatusOr<Wrote> Write(query::ScanBudget& /*turn*/, query::JsonWriter& json) override {
    if (at_ == fields_.size()) return Wrote::kEnd;
    absl::Status status = query::WriteBlameField(view_, fields_[at_++], authors_, json);
    if (!status.ok()) return status;
    return Wrote::kItem;
  }

 private:
  const query::View view_;
  query::AuthorshipCache authors_;
  std::vector<query::BlameField> fields_;
  size_t at_ = 0;
};

}  // namespace

absl::StatusOr<Response> GetBlame(const ReadContext& context, const Request& request) {
  QueryReader query(request.query);
  const std::string key = query.TakeNeeded("key");
  const std::string pointer = query.Take("pointer").value_or("");
  const bool deleted = query.TakeBool("deleted");
  auto asked = TakePosition(context, request, query);
  if (!asked.ok()) return asked.status();
  if (absl::Status status = query.Finish(); !status.ok()) return status;
  auto place = FindPlace(context, request, *asked, Page());
  if (!place.ok()) return place.status();
  if (absl::Status status = DependOnVerdicts(*place); !status.ok()) return status;
  Response response = BeginAnswer(request, *place, "application/json");
  if (response.status != 200) return response;
  const query::BlameRequest blame{.repository = place->repository,
                                  .position = place->position->position,
                                  .key = KeyAt(*place, key),
                                  .pointer = pointer};
  auto fields = deleted ? query::ReadDeletedFields(place->view, blame) : query::ReadBlame(place->view, blame);
  if (!fields.ok()) return fields.status();
  query::JsonWriter json;
  json.BeginObject().Key("position");
  if (absl::Status status = query::WritePosition(place->view, *place->position, json); !status.ok()) return status;
  response.rest =
      std::make_unique<ItemBody>(std::move(json), "fields", std::make_unique<BlameItems>(*place, *std::move(fields)));
  return response;
}

}  // namespace setpoint::server
