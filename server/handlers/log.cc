#include "server/handlers/log.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

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

// Entries with all their changes are large, so only a few are held at a time.
constexpr size_t kSliceEntries = 16;

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

// A slice of the log at a time, each from the entry before the last one's.
class LogItems : public Items {
 public:
  LogItems(const Place& place, const Input& input, storage::Position begin)
      : view_(place.view),
        changes_(input.changes),
        left_(input.page.limit),
        next_{.repository = place.repository, .position = begin, .filter = input.filter} {
    next_.filter.scope = ScopeOf(place);
    if (!input.all_timelines) return;
    next_.position.reset();
    if (input.page.token.has_value()) next_.before = storage::Revision(begin.revision.value + 1);
  }

  absl::StatusOr<bool> Write(query::JsonWriter& json) override {
    if (left_ == 0) return false;
    if (at_ == slice_.size()) {
      if (absl::Status status = ReadSlice(std::min(left_, kSliceEntries)); !status.ok()) return status;
      if (slice_.empty()) return false;
    }
    absl::Status status = query::WriteLogItem(view_, slice_[at_++], changes_, json);
    if (!status.ok()) return status;
    --left_;
    return true;
  }

  // The entry that the next page begins with.
  absl::StatusOr<std::string> NextPage() override {
    if (left_ != 0) return std::string();
    if (absl::Status status = ReadSlice(1); !status.ok()) return status;
    if (slice_.empty()) return std::string();
    std::string cursor;
    storage::AppendVarint(cursor, slice_.front().position.revision.value);
    return cursor;
  }

 private:
  absl::Status ReadSlice(size_t limit) {
    slice_.clear();
    at_ = 0;
    if (ended_) return absl::OkStatus();
    next_.limit = limit;
    auto slice = query::ReadLog(view_, next_);
    if (!slice.ok()) return slice.status();
    slice_ = *std::move(slice);
    ended_ = slice_.size() < limit;
    if (ended_) return absl::OkStatus();
    next_.before = slice_.back().position.revision;
    return absl::OkStatus();
  }

  const query::View view_;
  const query::ChangesPart changes_;
  size_t left_;
  query::LogRequest next_;
  bool ended_ = false;
  std::vector<query::LogItem> slice_;
  size_t at_ = 0;
};

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
  response.rest = std::make_unique<ItemBody>(
      std::move(json), "entries", std::make_unique<LogItems>(*place, *input, *begin), NextPageToken(request, *place));
  return response;
}

}  // namespace setpoint::server
