#include "server/handlers/history.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "query/history.h"
#include "query/history_json.h"
#include "query/position_json.h"
#include "server/handlers/item_body.h"
#include "server/handlers/page.h"
#include "server/handlers/place.h"
#include "server/handlers/position_query.h"
#include "server/http/query_reader.h"

namespace setpoint::server {
namespace {

struct Input : PagedQuestion {
  std::string key;
  bool own_timeline = false;
  size_t skipped = 0;  // Shown by the pages before.
};

absl::StatusOr<Input> ParseInput(const ReadContext& context, const Request& request) {
  QueryReader query(request.query);
  Input input;
  input.key = query.TakeNeeded("key");
  auto asked = TakePagedQuestion(context, request, query);
  if (!asked.ok()) return asked.status();
  static_cast<PagedQuestion&>(input) = *std::move(asked);
  input.own_timeline = query.TakeBool("timeline");
  if (absl::Status status = query.Finish(); !status.ok()) return status;
  auto skipped = ShownBefore(input.page);
  if (!skipped.ok()) return skipped.status();
  input.skipped = *skipped;
  return input;
}

}  // namespace

absl::StatusOr<Response> GetHistory(const ReadContext& context, const Request& request) {
  auto input = ParseInput(context, request);
  if (!input.ok()) return input.status();
  auto place = FindPlace(context, request, input->position, input->page);
  if (!place.ok()) return place.status();
  if (absl::Status status = DependOnVerdicts(*place); !status.ok()) return status;
  Response response = BeginAnswer(request, *place, "application/json");
  if (response.status != 200) return response;
  const size_t end = input->skipped + input->page.limit;
  auto items = query::ReadHistory(place->view, {.repository = place->repository,
                                                .position = place->position->position,
                                                .key = KeyAt(*place, input->key),
                                                .limit = end + 1,
                                                .own_timeline = input->own_timeline});
  if (!items.ok()) return items.status();
  const bool more = items->size() > end;
  if (more) items->resize(end);
  items->erase(items->begin(), items->begin() + static_cast<ptrdiff_t>(std::min(input->skipped, items->size())));
  query::JsonWriter json;
  json.BeginObject().Key("position");
  if (absl::Status status = query::WritePosition(place->view, *place->position, json); !status.ok()) return status;
  const auto write = [view = place->view](const query::HistoryItem& item, query::JsonWriter& out) {
    return query::WriteHistoryItem(view, item, out);
  };
  response.rest = std::make_unique<ItemBody>(std::move(json), "versions",
                                             MakeItems(*std::move(items), more ? CountCursor(end) : "", write),
                                             NextPageToken(request, *place));
  return response;
}

}  // namespace setpoint::server
