#include "server/handlers/search.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "query/position_json.h"
#include "query/search.h"
#include "query/search_json.h"
#include "server/handlers/change_query.h"
#include "server/handlers/item_body.h"
#include "server/handlers/page.h"
#include "server/handlers/place.h"
#include "server/handlers/position_query.h"
#include "server/http/query_reader.h"
#include "storage/base/coding.h"
#include "storage/base/concat.h"

namespace setpoint::server {
namespace {

// A place in the order of the answer: the changes below it are still to be shown.
using Mark = std::pair<storage::Revision, uint32_t>;

struct Input : PagedQuestion {
  query::ChangeFilter filter;
  bool by_clock = false;
  std::optional<Mark> before;
};

absl::Status SetOperation(const std::string& word, query::ChangeFilter& filter) {
  filter.operation = query::OperationFromName(word);
  if (word.empty() || filter.operation) return absl::OkStatus();
  return absl::InvalidArgumentError(
      storage::Concat("operation '", word, "' is none of created, updated, moved, deleted, decode_failed"));
}

absl::Status TakeFilter(QueryReader& query, Input& input) {
  const int64_t now = input.page.token.has_value() ? input.page.token->now : input.position.now;
  ChangeQuery change;
  if (absl::Status status = TakeChangeQuery(query, now, input.position.axis, change); !status.ok()) return status;
  input.filter = std::move(change.filter);
  input.by_clock = change.by_clock;
  return SetOperation(query.Take("operation").value_or(""), input.filter);
}

// Of the page that begins with a change.
std::string CursorOf(const query::ChangeScan& /*scan*/, const query::SearchItem& item) {
  std::string cursor;
  storage::AppendVarint(cursor, item.version.position.revision.value);
  storage::AppendVarint(cursor, uint64_t{item.version.index} + 1);
  return cursor;
}

absl::StatusOr<Mark> MarkOf(const std::string& cursor) {
  storage::ByteReader reader(cursor);
  const storage::Revision revision(reader.Varint());
  const uint64_t index = reader.Varint();
  if (!reader.Finished()) return BadContinue();
  return Mark(revision, static_cast<uint32_t>(index));
}

absl::StatusOr<Input> ParseInput(const ReadContext& context, const Request& request) {
  QueryReader query(request.query);
  Input input;
  auto asked = TakePagedQuestion(context, request, query);
  if (!asked.ok()) return asked.status();
  static_cast<PagedQuestion&>(input) = *std::move(asked);
  if (absl::Status status = TakeFilter(query, input); !status.ok()) return status;
  if (absl::Status status = query.Finish(); !status.ok()) return status;
  if (!input.page.token.has_value()) return input;
  auto before = MarkOf(input.page.token->cursor);
  if (!before.ok()) return before.status();
  input.before = *before;
  return input;
}

std::unique_ptr<Items> ItemsOf(const Place& place, const Input& input) {
  query::SearchRequest search{
      .repository = place.repository, .position = {}, .filter = input.filter, .before = input.before};
  if (place.position.has_value()) search.position = place.position->position;
  search.filter.scope = ScopeOf(place);
  const auto write = [view = place.view](const query::SearchItem& item, query::JsonWriter& json) {
    return query::WriteSearchItem(view, item, json);
  };
  return MakeScannedItems(query::ChangeScan(place.view, std::move(search)), input.page.limit, write, CursorOf);
}

absl::StatusOr<Place> PlaceOf(const ReadContext& context, const Request& request, const Input& input) {
  // Without `at` it is the whole history; then a token has no position.
  if (input.position.text.empty() && input.position.environment.empty()) {
    return FindPlace(context, request, input.position.repository, OfRepository::kOne, input.page);
  }
  return FindPlace(context, request, input.position, input.page);
}

}  // namespace

absl::StatusOr<Response> GetSearch(const ReadContext& context, const Request& request) {
  auto input = ParseInput(context, request);
  if (!input.ok()) return input.status();
  auto place = PlaceOf(context, request, *input);
  if (!place.ok()) return place.status();
  place->by_clock = input->by_clock;
  if (absl::Status status = DependOnVerdicts(*place); !status.ok()) return status;
  Response response = BeginAnswer(request, *place, "application/json");
  if (response.status != 200) return response;
  query::JsonWriter json;
  json.BeginObject();
  if (place->position.has_value()) {
    json.Key("position");
    if (absl::Status status = query::WritePosition(place->view, *place->position, json); !status.ok()) return status;
  }
  response.rest =
      std::make_unique<ItemBody>(std::move(json), "changes", ItemsOf(*place, *input), NextPageToken(request, *place));
  return response;
}

}  // namespace setpoint::server
