#include "server/handlers/appearances.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "query/appearances.h"
#include "query/appearances_json.h"
#include "query/position_json.h"
#include "server/handlers/change_query.h"
#include "server/handlers/item_body.h"
#include "server/handlers/page.h"
#include "server/handlers/place.h"
#include "server/handlers/position_query.h"
#include "server/http/query_reader.h"

namespace setpoint::server {
namespace {

struct Input : PagedQuestion {
  query::ChangeFilter filter;
  size_t skipped = 0;  // Shown by the pages before.
};

absl::StatusOr<Input> ParseInput(const ReadContext& context, const Request& request) {
  QueryReader query(request.query);
  Input input;
  auto asked = TakePagedQuestion(context, request, query);
  if (!asked.ok()) return asked.status();
  static_cast<PagedQuestion&>(input) = *std::move(asked);
  input.filter.value = query.TakeNeeded("value");
  absl::Status status = TakeResourceFilter(query, input.filter);
  if (status.ok()) status = query.Finish();
  if (!status.ok()) return status;
  auto skipped = ShownBefore(input.page);
  if (!skipped.ok()) return skipped.status();
  input.skipped = *skipped;
  return input;
}

}  // namespace

absl::StatusOr<Response> GetAppearances(const ReadContext& context, const Request& request) {
  auto input = ParseInput(context, request);
  if (!input.ok()) return input.status();
  auto place = FindPlace(context, request, input->position, input->page);
  if (!place.ok()) return place.status();
  if (absl::Status status = DependOnVerdicts(*place); !status.ok()) return status;
  Response response = BeginAnswer(request, *place, "application/json");
  if (response.status != 200) return response;
  input->filter.scope = ScopeOf(*place);
  const query::AppearancesRequest wanted{place->repository, place->position->position, input->filter};
  auto all = query::FindAppearances(place->view, wanted);
  if (!all.ok()) return all.status();
  query::JsonWriter json;
  json.BeginObject().Key("position");
  absl::Status status = query::WritePosition(place->view, *place->position, json);
  if (!status.ok()) return status;
  json.Member("value", *input->filter.value).Key("summary");
  status = query::WriteAppearancesSummary(place->view, place->repository, *all, json);
  if (!status.ok()) return status;
  const size_t begin = std::min(input->skipped, all->size());
  const size_t end = std::min(begin + input->page.limit, all->size());
  std::vector<query::Appearance> shown(all->begin() + static_cast<ptrdiff_t>(begin),
                                       all->begin() + static_cast<ptrdiff_t>(end));
  const auto write = [view = place->view, repository = place->repository](const query::Appearance& each,
                                                                          query::JsonWriter& out) {
    return query::WriteAppearance(view, repository, each, out);
  };
  response.rest = std::make_unique<ItemBody>(
      std::move(json), "appearances", MakeItems(std::move(shown), end < all->size() ? CountCursor(end) : "", write),
      NextPageToken(request, *place));
  return response;
}

}  // namespace setpoint::server
