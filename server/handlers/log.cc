#include "server/handlers/log.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "query/entry_facts.h"
#include "query/log.h"
#include "query/log_json.h"
#include "query/position_json.h"
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

struct Input : PagedQuestion {
  query::LogFilter filter;
  bool by_clock = false;
  bool all_timelines = false;
  query::ChangesPart changes = query::ChangesPart::kCount;
};

absl::Status SetOperation(const std::string& word, query::LogFilter& filter) {
  if (word.empty()) return absl::OkStatus();
  filter.operation = query::OperationFromName(word);
  if (!filter.operation) filter.cause = query::CauseFromName(word);
  if (filter.operation || filter.cause) return absl::OkStatus();
  return absl::InvalidArgumentError(storage::Concat("operation '", word,
                                                    "' is none of created, updated, moved, deleted, decode_failed, "
                                                    "commit, advance, reset, ref_created, ref_deleted, redecoded, "
                                                    "healed"));
}

absl::StatusOr<Input> ParseInput(const ReadContext& context, const Request& request) {
  QueryReader query(request.query);
  Input input;
  auto asked = TakePagedQuestion(context, request, query);
  if (!asked.ok()) return asked.status();
  static_cast<PagedQuestion&>(input) = *std::move(asked);
  const int64_t now = input.page.token.has_value() ? input.page.token->now : input.position.now;
  ChangeQuery change;
  if (absl::Status status = TakeChangeQuery(query, now, input.position.axis, change); !status.ok()) return status;
  static_cast<query::ChangeFilter&>(input.filter) = std::move(change.filter);
  input.by_clock = change.by_clock;
  input.all_timelines = query.TakeBool("all_timelines");
  if (query.TakeBool("changes")) input.changes = query::ChangesPart::kList;
  if (absl::Status status = SetOperation(query.Take("operation").value_or(""), input.filter); !status.ok()) {
    return status;
  }
  if (absl::Status status = query.Finish(); !status.ok()) return status;
  return input;
}

// Of the page that begins with an entry.
std::string CursorOf(const query::LogScan& /*scan*/, const query::LogItem& item) {
  std::string cursor;
  storage::AppendVarint(cursor, item.position.revision.value);
  return cursor;
}

std::unique_ptr<Items> ItemsOf(const Place& place, const Input& input, storage::Position begin) {
  query::LogRequest log{.repository = place.repository, .position = begin, .filter = input.filter};
  log.filter.scope = ScopeOf(place);
  if (input.all_timelines) {
    log.position.reset();
    if (input.page.token.has_value()) log.before = storage::Revision(begin.revision.value + 1);
  }
  const auto write = [view = place.view, changes = input.changes](const query::LogItem& item, query::JsonWriter& json) {
    return query::WriteLogItem(view, item, changes, json);
  };
  return MakeScannedItems(query::LogScan(place.view, std::move(log)), input.page.limit, write, CursorOf);
}

// Where the page begins: the entry that its token names must be on the lineage of the position read.
absl::StatusOr<storage::Position> BeginOf(const Input& input, const Place& place) {
  const storage::Position position = place.position->position;
  const Page& page = input.page;
  if (!page.token.has_value()) return position;
  storage::ByteReader reader(page.token->cursor);
  const storage::Revision revision(reader.Varint());
  if (!reader.Finished() || revision > place.view.applied) return BadContinue();
  if (input.all_timelines) return storage::Position{position.timeline, revision};
  if (revision > position.revision) return BadContinue();
  auto begin = storage::FindAtRevision(place.view.rows, place.view.catalog.timelines, position.timeline, revision);
  if (!begin.ok()) return begin.status();
  if (!begin->has_value() || (*begin)->revision != revision) return BadContinue();
  return **begin;
}

}  // namespace

absl::StatusOr<Response> GetLog(const ReadContext& context, const Request& request) {
  auto input = ParseInput(context, request);
  if (!input.ok()) return input.status();
  auto place = FindPlace(context, request, input->position, input->page);
  if (!place.ok()) return place.status();
  place->by_clock = input->by_clock;
  if (absl::Status status = DependOnVerdicts(*place); !status.ok()) return status;
  Response response = BeginAnswer(request, *place, "application/json");
  if (response.status != 200) return response;
  auto begin = BeginOf(*input, *place);
  if (!begin.ok()) return begin.status();
  query::JsonWriter json;
  json.BeginObject().Key("position");
  if (absl::Status status = query::WritePosition(place->view, *place->position, json); !status.ok()) return status;
  response.rest = std::make_unique<ItemBody>(std::move(json), "entries", ItemsOf(*place, *input, *begin),
                                             NextPageToken(request, *place));
  return response;
}

}  // namespace setpoint::server
