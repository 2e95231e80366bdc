#include "server/handlers/history.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "query/history.h"
#include "query/history_json.h"
#include "query/position_json.h"
#include "server/handlers/item_body.h"
#include "server/handlers/page.h"
#include "server/handlers/place.h"
#include "server/handlers/position_query.h"
#include "server/http/query_reader.h"
#include "storage/base/coding.h"
#include "storage/base/digest.h"

namespace setpoint::server {
namespace {

// A cursor is signed: it names versions by numbers, and who made one up would be shown what no walk leads to.
constexpr std::string_view kCursorDomain = "setpoint history page";
constexpr size_t kSignatureBytes = 16;
// With more versions open the walk to the page is made again, rather than that a token is longer than a target may be.
constexpr size_t kOpenMax = 256;

struct Input : PagedQuestion {
  std::string key;
  bool own_timeline = false;
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
  return input;
}

// Good for one question at one position and cut, under one disclosure.
std::string SignatureOf(const query::View& view, PageToken token, std::string_view mark) {
  token.cursor = std::string(mark);
  const storage::Digest digest =
      storage::HmacSha256(view.database.redaction_key, {kCursorDomain, view.disclosure.Class(), token.Encode()});
  return std::string(digest.Bytes().substr(0, kSignatureBytes));
}

std::string CursorOf(const query::View& view, const PageToken& token, query::HistoryMark mark) {
  if (mark.open.size() > kOpenMax) {
    mark.open.resize(1);
    mark.is_whole = false;
  }
  std::string text(1, mark.is_whole ? '\1' : '\0');
  storage::AppendVarint(text, mark.open.size());
  for (const query::HistoryMark::Open& each : mark.open) {
    storage::AppendVarint(text, each.origin.value);
    storage::AppendVarint(text, each.resource.value);
    storage::AppendVarint(text, each.landed.value);
    storage::AppendVarint(text, each.seen_later.value);
  }
  for (const storage::ResourceId each : mark.listed) storage::AppendVarint(text, each.value);
  return SignatureOf(view, token, text) + text;
}

absl::StatusOr<query::HistoryMark> MarkOf(const query::View& view, const PageToken& token) {
  const std::string_view cursor = token.cursor;
  if (cursor.size() < kSignatureBytes) return BadContinue();
  const std::string_view text = cursor.substr(kSignatureBytes);
  if (SignatureOf(view, token, text) != cursor.substr(0, kSignatureBytes)) return BadContinue();
  storage::ByteReader reader(text);
  query::HistoryMark mark;
  mark.is_whole = reader.Byte() != 0;
  const uint64_t count = reader.Varint();
  for (uint64_t i = 0; i < count && !reader.failed(); ++i) {
    query::HistoryMark::Open& each = mark.open.emplace_back();
    each.origin = storage::Revision(reader.Varint());
    each.resource = storage::ResourceId(static_cast<uint32_t>(reader.Varint()));
    each.landed = storage::Revision(reader.Varint());
    each.seen_later = storage::Revision(reader.Varint());
  }
  while (!reader.failed() && !reader.AtEnd()) mark.listed.emplace_back(static_cast<uint32_t>(reader.Varint()));
  if (reader.failed() || mark.open.empty()) return BadContinue();
  return mark;
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
  query::HistoryRequest history{.repository = place->repository,
                                .position = place->position->position,
                                .key = KeyAt(*place, input->key),
                                .limit = input->page.limit + 1,
                                .own_timeline = input->own_timeline};
  if (input->page.token.has_value()) {
    auto mark = MarkOf(place->view, *input->page.token);
    if (!mark.ok()) return mark.status();
    history.from = *std::move(mark);
  }
  auto scan = query::HistoryScan::Begin(place->view, std::move(history));
  if (!scan.ok()) return scan.status();
  query::JsonWriter json;
  json.BeginObject().Key("position");
  if (absl::Status status = query::WritePosition(place->view, *place->position, json); !status.ok()) return status;
  const auto write = [view = place->view](const query::HistoryItem& item, query::JsonWriter& out) {
    return query::WriteHistoryItem(view, item, out);
  };
  const PageToken next = NextPageToken(request, *place);
  const auto cursor = [view = place->view, next](const query::HistoryScan& at, const query::HistoryItem& /*item*/) {
    return CursorOf(view, next, at.MarkOfLast());
  };
  response.rest = std::make_unique<ItemBody>(
      std::move(json), "versions", MakeScannedItems(*std::move(scan), input->page.limit, write, cursor), next);
  return response;
}

}  // namespace setpoint::server
