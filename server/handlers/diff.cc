#include "server/handlers/diff.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "query/diff.h"
#include "query/diff_json.h"
#include "query/diff_text.h"
#include "query/position_json.h"
#include "server/handlers/item_body.h"
#include "server/handlers/page.h"
#include "server/handlers/place.h"
#include "server/handlers/position_query.h"
#include "server/handlers/representation.h"
#include "server/handlers/selector_query.h"
#include "server/http/query_reader.h"
#include "storage/base/coding.h"
#include "storage/base/concat.h"

namespace setpoint::server {
namespace {

const std::vector<Representation>& Offered() {
  static const std::vector<Representation> offered = {{"json", "application/json"}, {"raw", "text/plain"}};
  return offered;
}

struct Input {
  query::PositionRequest from;
  query::PositionRequest to;
  bool is_promotion = false;  // From one environment to another.
  query::Selector selector;
  std::optional<Representation> form;
  Page page;
  // Of a later page.
  storage::Revision from_revision;
  size_t skipped = 0;
};

// A token has the position on the right; that on the left and how many were shown are in its cursor.
std::string Cursor(storage::Revision from, size_t shown) {
  std::string cursor;
  storage::AppendVarint(cursor, from.value);
  storage::AppendVarint(cursor, shown);
  return cursor;
}

absl::StatusOr<Input> ParseInput(const ReadContext& context, const Request& request) {
  QueryReader query(request.query);
  Input input;
  const std::vector<std::string> environments = query.TakeAll("environment");
  if (environments.size() > 2) return absl::InvalidArgumentError("environment is given once or twice");
  input.is_promotion = environments.size() == 2;
  if (!input.is_promotion) query.TakeNeeded("from");
  auto from = TakePosition(context, request, query, "from");
  if (!from.ok()) return from.status();
  input.from = *from;
  input.to = *std::move(from);
  input.to.text = query.Take("to").value_or("");
  if (!environments.empty()) {
    input.from.environment = environments.front();
    input.to.environment = environments.back();
  }
  auto selector = TakeSelector(query);
  if (!selector.ok()) return selector.status();
  input.selector = *std::move(selector);
  auto form = TakeRepresentation(request, query, Offered());
  if (!form.ok()) return form.status();
  input.form = *form;
  auto page = TakePage(request, query);
  if (!page.ok()) return page.status();
  input.page = *std::move(page);
  if (absl::Status status = query.Finish(); !status.ok()) return status;
  if (!input.page.token.has_value()) return input;
  storage::ByteReader reader(input.page.token->cursor);
  input.from_revision = storage::Revision(reader.Varint());
  input.skipped = reader.Varint();
  if (!reader.Finished()) return BadContinue();
  return input;
}

// The position on the left, in the view of that on the right.
absl::StatusOr<query::ResolvedPosition> FindLeft(const Input& input, const query::View& view) {
  if (!input.page.token.has_value()) return query::ResolvePosition(view, input.from);
  query::PositionRequest asked = input.from;
  asked.text = storage::Concat("r", input.from_revision.value);
  auto left = query::ResolvePosition(view, asked);
  if (!left.ok()) return BadContinue();
  return *left;
}

// The text of one difference after another.
class DiffTextBody : public Body {
 public:
  DiffTextBody(const Place& place, query::DiffRequest request, std::vector<query::ResourceDifference> differences)
      : view_(place.view),
        repository_(place.repository),
        request_(std::move(request)),
        differences_(std::move(differences)) {}

  absl::StatusOr<bool> Read(size_t bytes_wanted, std::string& out) override {
    const size_t enough = out.size() + bytes_wanted;
    while (out.size() < enough && at_ < differences_.size()) {
      auto text = query::DiffText(view_, repository_, request_, differences_[at_++]);
      if (!text.ok()) return text.status();
      out.append(*text);
    }
    return at_ < differences_.size();
  }

 private:
  const query::View view_;
  const storage::RepositoryId repository_;
  const query::DiffRequest request_;
  const std::vector<query::ResourceDifference> differences_;
  size_t at_ = 0;
};

absl::StatusOr<std::unique_ptr<Body>> JsonBody(const Request& request, const Input& input, const Place& place,
                                               const query::ResolvedPosition& from,
                                               std::vector<query::ResourceDifference> differences) {
  query::JsonWriter json;
  json.BeginObject().Key("from");
  if (absl::Status status = query::WritePosition(place.view, from, json); !status.ok()) return status;
  json.Key("to");
  if (absl::Status status = query::WritePosition(place.view, *place.position, json); !status.ok()) return status;
  json.Member("summary", query::DiffSummary(differences));
  if (input.is_promotion) json.Member("waiting", uint64_t{query::CountWaiting(differences)});
  const size_t begin = std::min(input.skipped, differences.size());
  const size_t end = std::min(begin + input.page.limit, differences.size());
  const std::string next = end < differences.size() ? Cursor(from.position.revision, end) : "";
  differences.resize(end);
  differences.erase(differences.begin(), differences.begin() + static_cast<ptrdiff_t>(begin));
  const auto write = [view = place.view](query::ResourceDifference each, query::JsonWriter& out) {
    absl::Status status = query::CompareContents(view, each);
    if (status.ok()) query::WriteDifference(view, each, out);
    return status;
  };
  return std::make_unique<ItemBody>(std::move(json), "resources", MakeItems(std::move(differences), next, write),
                                    NextPageToken(request, place));
}

}  // namespace

absl::StatusOr<Response> GetDiff(const ReadContext& context, const Request& request) {
  auto input = ParseInput(context, request);
  if (!input.ok()) return input.status();
  if (!input->form.has_value()) return NotAcceptable(Offered());
  auto place = FindPlace(context, request, input->to, input->page);
  if (!place.ok()) return place.status();
  auto from = FindLeft(*input, place->view);
  if (!from.ok()) return from.status();
  place->fixed = place->fixed && from->fixed;
  place->besides.append(from->Scope());
  Response response = BeginAnswer(request, *place, input->form->media_type, {from->position});
  if (response.status != 200) return response;
  const bool has_environment = from->environment.has_value();
  const query::DiffRequest asked{
      .from = {from->position, has_environment ? from->Scope() : input->selector.path_prefix},
      .to = {place->position->position, has_environment ? ScopeOf(*place) : input->selector.path_prefix},
      .selector = input->selector,
      .purpose = input->is_promotion ? query::DiffPurpose::kPromotion : query::DiffPurpose::kChange};
  auto differences = query::FindDifferences(place->view, asked);
  if (!differences.ok()) return differences.status();
  if (input->form->word == "raw") {
    response.content_type = "text/plain; charset=utf-8";
    response.headers.emplace_back("X-Content-Type-Options", "nosniff");
    response.rest = std::make_unique<DiffTextBody>(*place, asked, *std::move(differences));
    return response;
  }
  auto body = JsonBody(request, *input, *place, *from, *std::move(differences));
  if (!body.ok()) return body.status();
  response.rest = *std::move(body);
  return response;
}

}  // namespace setpoint::server
