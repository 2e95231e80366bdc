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

// Writes the items of one list, and keeps what it needs for them.
class ListWriter {
 public:
  ListWriter(const query::View& view, query::ContentPart content, std::unique_ptr<const query::DerivedState> derived)
      : derived_(std::move(derived)), writer_(view, content, derived_.get()) {}

  absl::Status operator()(const query::ListItem& item, query::JsonWriter& json) { return writer_.Write(item, json); }

 private:
  std::unique_ptr<const query::DerivedState> derived_;
  query::ListJsonWriter writer_;
};

// Of the page that begins with an item: the key that was shown before it.
std::string CursorOf(const query::ListScan& scan, const query::ListItem& /*item*/) {
  return std::string(scan.key_before());
}

}  // namespace

absl::StatusOr<Response> ListResources(const ReadContext& context, const Request& request) {
  auto input = ParseInput(context, request);
  if (!input.ok()) return input.status();
  auto place = FindPlace(context, request, input->position, input->page);
  if (!place.ok()) return place.status();
  Response response = BeginAnswer(request, *place, "application/json");
  if (response.status != 200) return response;
  input->selector.scope = ScopeOf(*place);
  auto scan = query::ListScan::Begin(place->view, {.position = place->position->position,
                                                   .selector = std::move(input->selector),
                                                   .after_key = input->page.cursor()});
  if (!scan.ok()) return scan.status();
  std::unique_ptr<const query::DerivedState> derived;
  if (input->derived) {
    auto state = query::DerivedState::Read(place->view, place->position->position);
    if (!state.ok()) return state.status();
    derived = std::make_unique<const query::DerivedState>(*std::move(state));
  }
  query::JsonWriter json;
  json.BeginObject().Key("position");
  if (absl::Status status = query::WritePosition(place->view, *place->position, json); !status.ok()) return status;
  ListWriter writer(place->view, input->content, std::move(derived));
  response.rest = std::make_unique<ItemBody>(
      std::move(json), "resources", MakeScannedItems(*std::move(scan), input->page.limit, std::move(writer), CursorOf),
      NextPageToken(request, *place));
  return response;
}

}  // namespace setpoint::server
