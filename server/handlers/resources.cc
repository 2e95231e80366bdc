#include "server/handlers/resources.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "query/derived_attributes.h"
#include "query/list.h"
#include "query/position_json.h"
#include "query/resource_json.h"
#include "server/handlers/item_body.h"
#include "server/handlers/page.h"
#include "server/handlers/place.h"
#include "server/handlers/position_query.h"
#include "server/handlers/selector_query.h"
#include "server/http/query_reader.h"

namespace setpoint::server {
namespace {

struct Input : PagedQuestion {
  query::Selector selector;
  query::ContentPart content = query::ContentPart::kLeaveOut;
  bool derived = false;
};

absl::StatusOr<Input> ParseInput(const ReadContext& context, const Request& request) {
  QueryReader query(request.query);
  Input input;
  auto asked = TakePagedQuestion(context, request, query);
  if (!asked.ok()) return asked.status();
  static_cast<PagedQuestion&>(input) = *std::move(asked);
  auto selector = TakeSelector(query);
  if (!selector.ok()) return selector.status();
  input.selector = *std::move(selector);
  input.derived = query.TakeBool("derived");
  if (query.TakeBool("content")) input.content = query::ContentPart::kInclude;
  if (absl::Status status = query.Finish(); !status.ok()) return status;
  return input;
}

class ListItems : public Items {
 public:
  ListItems(const query::View& view, query::ContentPart content, std::optional<query::DerivedState> derived,
            query::ListAnswer list)
      : list_(std::move(list)),
        derived_(std::move(derived)),
        writer_(view, content, derived_.has_value() ? &*derived_ : nullptr) {}

  absl::StatusOr<Wrote> Write(query::ScanBudget& /*turn*/, query::JsonWriter& json) override {
    if (at_ == list_.items.size()) return Wrote::kEnd;
    absl::Status status = writer_.Write(list_.items[at_++], json);
    if (!status.ok()) return status;
    return Wrote::kItem;
  }

  // The last key that was shown.
  absl::StatusOr<std::string> NextPage() override {
    return list_.more ? std::string(list_.items.back().key) : std::string();
  }

 private:
  const query::ListAnswer list_;
  const std::optional<query::DerivedState> derived_;
  query::ListJsonWriter writer_;
  size_t at_ = 0;
};

}  // namespace

absl::StatusOr<Response> ListResources(const ReadContext& context, const Request& request) {
  auto input = ParseInput(context, request);
  if (!input.ok()) return input.status();
  auto place = FindPlace(context, request, input->position, input->page);
  if (!place.ok()) return place.status();
  Response response = BeginAnswer(request, *place, "application/json");
  if (response.status != 200) return response;
  input->selector.scope = ScopeOf(*place);
  auto list = query::ListResources(place->view, {.position = place->position->position,
                                                 .selector = std::move(input->selector),
                                                 .limit = input->page.limit,
                                                 .after_key = input->page.cursor()});
  if (!list.ok()) return list.status();
  std::optional<query::DerivedState> derived;
  if (input->derived) {
    auto state = query::DerivedState::Read(place->view, place->position->position);
    if (!state.ok()) return state.status();
    derived.emplace(*std::move(state));
  }
  query::JsonWriter json;
  json.BeginObject().Key("position");
  if (absl::Status status = query::WritePosition(place->view, *place->position, json); !status.ok()) return status;
  response.rest = std::make_unique<ItemBody>(
      std::move(json), "resources",
      std::make_unique<ListItems>(place->view, input->content, std::move(derived), *std::move(list)),
      NextPageToken(request, *place));
  return response;
}

}  // namespace setpoint::server
