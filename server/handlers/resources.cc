#include "server/handlers/resources.h"

#include <optional>
#include <utility>

#include "query/errors.h"
#include "query/json_writer.h"
#include "query/list.h"
#include "query/position_json.h"
#include "query/repository.h"
#include "query/resource_json.h"
#include "query/view.h"
#include "server/handlers/page_token.h"
#include "server/handlers/position_query.h"
#include "server/handlers/selector_query.h"
#include "server/http/query_reader.h"

namespace setpoint::server {
namespace {

constexpr size_t kPageDefault = 1'000;
constexpr size_t kPageMax = 10'000;

struct Input {
  query::PositionRequest position;
  query::Selector selector;
  query::ContentPart content = query::ContentPart::kLeaveOut;
  size_t limit = kPageDefault;
  std::optional<PageToken> page;
};

absl::Status BadPage() {
  return query::InvalidArgument("bad-continue", "the value of 'continue' is not one that this repository's list gave");
}

absl::StatusOr<Input> ParseInput(const ReadContext& context, const Request& request) {
  QueryReader query(request.query);
  Input input;
  auto position = TakePosition(context, request, query);
  if (!position.ok()) return position.status();
  input.position = *std::move(position);
  auto selector = TakeSelector(query);
  if (!selector.ok()) return selector.status();
  input.selector = *std::move(selector);
  if (query.TakeBool("content")) input.content = query::ContentPart::kInclude;
  const uint64_t limit = query.TakeNumber("limit", kPageMax).value_or(kPageDefault);
  input.limit = limit == 0 ? kPageDefault : limit;
  const auto page = query.Take("continue");
  if (absl::Status status = query.Finish(); !status.ok()) return status;
  if (!page.has_value()) return input;
  input.page = PageToken::Decode(*page);
  if (!input.page.has_value()) return BadPage();
  return input;
}

// Of a later page: the position of the first, whatever `at` says by now.
absl::StatusOr<query::ResolvedPosition> PositionOfPage(const query::View& view, const Input& input) {
  auto repository = query::FindRepository(view, input.position.repository);
  if (!repository.ok()) return repository.status();
  const storage::Position position = input.page->position;
  const auto timeline = view.catalog.timelines.Find(position.timeline);
  if (!timeline.has_value() || timeline->repository != *repository || position.revision > view.applied) {
    return BadPage();
  }
  return query::ResolvedPosition{.repository = *repository, .position = position, .axis = {}, .fixed = true};
}

}  // namespace

absl::StatusOr<Response> ListResources(const ReadContext& context, const Request& request) {
  auto input = ParseInput(context, request);
  if (!input.ok()) return input.status();
  const query::View view = context.ViewFor(request);
  auto position =
      input->page.has_value() ? PositionOfPage(view, *input) : query::ResolvePosition(view, input->position);
  if (!position.ok()) return position.status();
  auto list = query::ListResources(view, {.position = position->position,
                                          .selector = std::move(input->selector),
                                          .limit = input->limit,
                                          .after_key = input->page.has_value() ? input->page->after_key : ""});
  if (!list.ok()) return list.status();

  query::JsonWriter json;
  json.BeginObject().Key("position");
  if (absl::Status status = query::WritePosition(view, *position, json); !status.ok()) return status;
  json.Key("resources").BeginArray();
  query::ListJsonWriter writer(view, input->content);
  for (const query::ListItem& item : list->items) {
    if (absl::Status status = writer.Write(item, json); !status.ok()) return status;
  }
  json.EndArray();
  if (list->more) {
    json.Member("continue", PageToken{position->position, std::string(list->items.back().key)}.Encode());
  }
  json.EndObject();
  Response response;
  response.body = json.Take().append("\n");
  return response;
}

}  // namespace setpoint::server
