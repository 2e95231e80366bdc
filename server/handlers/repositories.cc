#include "server/handlers/repositories.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "query/repositories.h"
#include "query/store_json.h"
#include "server/handlers/item_body.h"
#include "server/handlers/page.h"
#include "server/handlers/place.h"
#include "server/http/query_reader.h"

namespace setpoint::server {

absl::StatusOr<Response> ListRepositories(const ReadContext& context, const Request& request) {
  QueryReader query(request.query);
  auto page = TakePage(request, query);
  if (!page.ok()) return page.status();
  if (absl::Status status = query.Finish(); !status.ok()) return status;
  auto place = FindPlace(context, request, "", OfRepository::kNone, *page);
  if (!place.ok()) return place.status();
  auto repositories = query::ListRepositories(place->view);
  if (!repositories.ok()) return repositories.status();
  const auto begin =
      std::find_if(repositories->begin(), repositories->end(),
                   [after = page->cursor()](const auto& repository) { return repository.settings.name > after; });
  repositories->erase(repositories->begin(), begin);
  std::string next;
  if (repositories->size() > page->limit) {
    repositories->resize(page->limit);
    next = repositories->back().settings.name;
  }
  const auto write = [](const query::RepositoryItem& repository, query::JsonWriter& json) {
    query::WriteRepository(repository, json);
    return absl::OkStatus();
  };
  // Settings change without a revision: the tag is that of the bytes.
  Response response;
  response.caching = Caching::kRevalidate;
  query::JsonWriter json;
  json.BeginObject();
  response.rest =
      std::make_unique<ItemBody>(std::move(json), "repositories", MakeItems(*std::move(repositories), next, write),
                                 NextPageToken(request, *place));
  return response;
}

}  // namespace setpoint::server
