#include "server/handlers/refs.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "query/refs.h"
#include "query/store_json.h"
#include "server/handlers/item_body.h"
#include "server/handlers/page.h"
#include "server/handlers/place.h"
#include "server/http/query_reader.h"

namespace setpoint::server {

absl::StatusOr<Response> ListRefs(const ReadContext& context, const Request& request) {
  QueryReader query(request.query);
  auto page = TakePage(request, query);
  if (!page.ok()) return page.status();
  if (absl::Status status = query.Finish(); !status.ok()) return status;
  auto place = FindPlace(context, request, request.captures.at(0), OfRepository::kOne, *page);
  if (!place.ok()) return place.status();
  Response response = BeginAnswer(request, *place, "application/json");
  if (response.status != 200) return response;
  auto refs = query::ListRefs(place->view, place->repository);
  if (!refs.ok()) return refs.status();
  // The page begins beyond the last name that was shown.
  const auto begin = std::find_if(refs->begin(), refs->end(),
                                  [after = page->cursor()](const query::RefItem& ref) { return ref.name > after; });
  refs->erase(refs->begin(), begin);
  std::string next;
  if (refs->size() > page->limit) {
    refs->resize(page->limit);
    next = refs->back().name;
  }
  const auto write = [](const query::RefItem& ref, query::JsonWriter& json) {
    query::WriteRef(ref, json);
    return absl::OkStatus();
  };
  query::JsonWriter json;
  json.BeginObject();
  response.rest = std::make_unique<ItemBody>(std::move(json), "refs", MakeItems(*std::move(refs), next, write),
                                             NextPageToken(request, *place));
  return response;
}

}  // namespace setpoint::server
