#include "server/handlers/search.h"

#include <algorithm>
#include <deque>
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

// So many changes are found before the first of them is sent on.
constexpr size_t kSliceChanges = 128;

// A place in the order of the answer: the last change shown.
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

std::string CursorOf(const Mark& mark) {
  std::string cursor;
  storage::AppendVarint(cursor, mark.first.value);
  storage::AppendVarint(cursor, mark.second);
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

// Searches for a slice at a time, each below the last change of the one before.
class SearchItems : public Items {
 public:
  SearchItems(const Place& place, const Input& input)
      : view_(place.view),
        left_(input.page.limit),
        next_{.repository = place.repository, .position = {}, .filter = input.filter, .before = input.before} {
    if (place.position.has_value()) next_.position = place.position->position;
    next_.filter.scope = ScopeOf(place);
  }

  absl::StatusOr<bool> Write(query::JsonWriter& json) override {
    if (left_ == 0) return false;
    if (slice_.empty()) {
      if (absl::Status status = FindSlice(std::min(left_, kSliceChanges)); !status.ok()) return status;
      if (slice_.empty()) return false;
    }
    json.Raw(slice_.front());
    slice_.pop_front();
    --left_;
    return true;
  }

  absl::StatusOr<std::string> NextPage() override {
    if (left_ != 0 || !next_.before.has_value()) return std::string();
    const Mark last = *next_.before;
    if (absl::Status status = FindSlice(1); !status.ok()) return status;
    return slice_.empty() ? std::string() : CursorOf(last);
  }

 private:
  absl::Status FindSlice(size_t limit) {
    if (ended_) return absl::OkStatus();
    const query::SearchRequest request = next_;
    absl::Status written;
    absl::Status status = query::Search(view_, request, [&](const query::SearchItem& item) {
      query::JsonWriter json;
      written = query::WriteSearchItem(view_, item, json);
      if (!written.ok()) return false;
      slice_.push_back(json.Take());
      next_.before = {item.version.position.revision, item.version.index};
      return slice_.size() < limit;
    });
    ended_ = slice_.size() < limit;
    return status.ok() ? written : status;
  }

  const query::View view_;
  size_t left_;
  query::SearchRequest next_;
  bool ended_ = false;
  std::deque<std::string> slice_;  // Written.
};

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
  response.rest = std::make_unique<ItemBody>(std::move(json), "changes", std::make_unique<SearchItems>(*place, *input),
                                             NextPageToken(request, *place));
  return response;
}

}  // namespace setpoint::server
