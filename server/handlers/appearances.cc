#include "server/handlers/appearances.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "query/appearances.h"
#include "query/appearances_json.h"
#include "query/label_selector.h"
#include "query/position_json.h"
#include "server/handlers/item_body.h"
#include "server/handlers/page.h"
#include "server/handlers/place.h"
#include "server/handlers/position_query.h"
#include "server/http/query_reader.h"
#include "storage/base/coding.h"
#include "storage/base/concat.h"

namespace setpoint::server {
namespace {

struct Input {
  query::PositionRequest position;
  query::ChangeFilter filter;
  Page page;
  size_t skipped = 0;  // Shown by the pages before.
};

absl::Status TakeFilter(QueryReader& query, query::ChangeFilter& filter) {
  filter.value = query.TakeNeeded("value");
  filter.field = query.Take("field").value_or("");
  filter.path = query.Take("path").value_or("");
  filter.kind = query.Take("kind").value_or("");
  filter.declared_namespace = query.Take("namespace");
  filter.name = query.Take("name").value_or("");
  auto labels = query::LabelSelector::Parse(query.Take("label").value_or(""));
  if (!labels.ok()) return labels.status();
  filter.labels = *std::move(labels);
  if (filter.field.empty() || filter.field.front() == '/') return absl::OkStatus();
  return absl::InvalidArgumentError(storage::Concat(
      "field '", filter.field, "' is no JSON pointer; write it as /spec/replicas, with * for any step"));
}

absl::StatusOr<Input> ParseInput(const ReadContext& context, const Request& request) {
  QueryReader query(request.query);
  Input input;
  auto position = TakePosition(context, request, query);
  if (!position.ok()) return position.status();
  input.position = *std::move(position);
  auto page = TakePage(request, query);
  if (!page.ok()) return page.status();
  input.page = *std::move(page);
  absl::Status status = TakeFilter(query, input.filter);
  if (status.ok()) status = query.Finish();
  if (!status.ok()) return status;
  if (!input.page.token.has_value()) return input;
  storage::ByteReader reader(input.page.token->cursor);
  input.skipped = reader.Varint();
  if (!reader.Finished()) return BadContinue();
  return input;
}

// At a fixed position the appearances do not change, so that the number shown so far is a good cursor.
std::string Cursor(size_t shown) {
  std::string cursor;
  storage::AppendVarint(cursor, shown);
  return cursor;
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
  response.rest = std::make_unique<ItemBody>(std::move(json), "appearances",
                                             MakeItems(std::move(shown), end < all->size() ? Cursor(end) : "", write),
                                             NextPageToken(request, *place));
  return response;
}

}  // namespace setpoint::server
