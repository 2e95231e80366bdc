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
#include "server/server_options.h"

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

// Nothing comes before all of them are found: the summary stands first.
class AppearancesBody : public Body {
 public:
  AppearancesBody(const Place& place, Input input, PageToken next, query::JsonWriter json, query::AppearancesScan scan)
      : view_(place.view),
        repository_(place.repository),
        input_(std::move(input)),
        next_(std::move(next)),
        json_(std::move(json)),
        scan_(std::move(scan)) {}

  absl::StatusOr<bool> Read(size_t bytes_wanted, std::string& out) override {
    if (list_ == nullptr) {
      query::ScanBudget turn{kTurnScanned};
      auto all = scan_.GoOn(turn);
      if (!all.ok()) return all.status();
      if (!all->has_value()) return true;
      if (absl::Status status = BeginList(**all); !status.ok()) return status;
    }
    return list_->Read(bytes_wanted, out);
  }

 private:
  absl::Status BeginList(const std::vector<query::Appearance>& all) {
    json_.Member("value", *input_.filter.value).Key("summary");
    absl::Status status = query::WriteAppearancesSummary(view_, repository_, all, json_);
    if (!status.ok()) return status;
    const size_t begin = std::min(input_.skipped, all.size());
    const size_t end = std::min(begin + input_.page.limit, all.size());
    std::vector<query::Appearance> shown(all.begin() + static_cast<ptrdiff_t>(begin),
                                         all.begin() + static_cast<ptrdiff_t>(end));
    const auto write = [this](const query::Appearance& each, query::JsonWriter& json) {
      return query::WriteAppearance(view_, repository_, each, json);
    };
    list_ = std::make_unique<ItemBody>(std::move(json_), "appearances",
                                       MakeItems(std::move(shown), end < all.size() ? CountCursor(end) : "", write),
                                       std::move(next_));
    return absl::OkStatus();
  }

  const query::View view_;
  const storage::RepositoryId repository_;
  const Input input_;
  PageToken next_;
  query::JsonWriter json_;  // What stands before the list.
  query::AppearancesScan scan_;
  std::unique_ptr<Body> list_;  // Once they are found.
};

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
  auto scan = query::AppearancesScan::Begin(place->view, {place->repository, place->position->position, input->filter});
  if (!scan.ok()) return scan.status();
  query::JsonWriter json;
  json.BeginObject().Key("position");
  absl::Status status = query::WritePosition(place->view, *place->position, json);
  if (!status.ok()) return status;
  response.rest = std::make_unique<AppearancesBody>(*place, *std::move(input), NextPageToken(request, *place),
                                                    std::move(json), *std::move(scan));
  return response;
}

}  // namespace setpoint::server
