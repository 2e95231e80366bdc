#include "server/handlers/timelines.h"

#include <memory>
#include <string>
#include <utility>

#include "query/store_json.h"
#include "query/timelines.h"
#include "server/handlers/item_body.h"
#include "server/handlers/page.h"
#include "server/handlers/place.h"
#include "server/handlers/position_query.h"
#include "server/http/query_reader.h"
#include "storage/base/coding.h"

namespace setpoint::server {
namespace {

struct Input {
  std::string repository;
  query::TimelinesRequest asked;
  Page page;
};

absl::StatusOr<Input> ParseInput(const Request& request) {
  QueryReader query(request.query);
  Input input;
  input.repository = TakeRepository(request, query);
  if (query.TakeBool("all")) input.asked.anonymous = query::AnonymousTimelines::kInclude;
  auto page = TakePage(request, query);
  if (!page.ok()) return page.status();
  input.page = *std::move(page);
  if (absl::Status status = query.Finish(); !status.ok()) return status;
  input.asked.limit = input.page.limit + 1;
  if (!input.page.token.has_value()) return input;
  storage::ByteReader reader(input.page.token->cursor);
  input.asked.after = storage::TimelineId(static_cast<uint32_t>(reader.Varint()));
  if (!reader.Finished()) return BadContinue();
  return input;
}

}  // namespace

absl::StatusOr<Response> ListTimelines(const ReadContext& context, const Request& request) {
  auto input = ParseInput(request);
  if (!input.ok()) return input.status();
  auto place = FindPlace(context, request, input->repository, OfRepository::kOne, input->page);
  if (!place.ok()) return place.status();
  Response response = BeginAnswer(request, *place, "application/json");
  if (response.status != 200) return response;
  input->asked.repository = place->repository;
  auto timelines = query::ListTimelines(place->view, input->asked);
  if (!timelines.ok()) return timelines.status();
  std::string next;
  if (timelines->size() > input->page.limit) {
    timelines->pop_back();
    storage::AppendVarint(next, timelines->back().id.value);
  }
  const auto write = [view = place->view](const storage::Timeline& timeline, query::JsonWriter& json) {
    query::WriteTimeline(view, timeline, json);
    return absl::OkStatus();
  };
  query::JsonWriter json;
  json.BeginObject();
  response.rest = std::make_unique<ItemBody>(
      std::move(json), "timelines", MakeItems(*std::move(timelines), next, write), NextPageToken(request, *place));
  return response;
}

}  // namespace setpoint::server
