#include "server/handlers/read_routes.h"

#include "server/handlers/appearances.h"
#include "server/handlers/blame.h"
#include "server/handlers/consumers.h"
#include "server/handlers/diff.h"
#include "server/handlers/explain.h"
#include "server/handlers/history.h"
#include "server/handlers/log.h"
#include "server/handlers/openapi.h"
#include "server/handlers/refs.h"
#include "server/handlers/repositories.h"
#include "server/handlers/representation.h"
#include "server/handlers/resource.h"
#include "server/handlers/resources.h"
#include "server/handlers/search.h"
#include "server/handlers/status.h"
#include "server/handlers/timelines.h"

namespace setpoint::server {

void AddReadRoutes(const ReadContext& context, Router& router) {
  const auto answer = [&context](auto function) -> AnswerHandler {
    return [&context, function](const Request& request) { return function(context, request); };
  };
  // Of those who know JSON alone.
  const auto json = [&context](auto function) -> AnswerHandler {
    return [&context, function](const Request& request) -> absl::StatusOr<Response> {
      if (!AcceptsJson(request)) return NotAcceptable({{"json", "application/json"}});
      return function(context, request);
    };
  };
  // Whoever names itself may watch anything.
  router.Get("/v1/consumers", json(ListConsumers), Need::kReadAll);
  router.Get("/v1/consumers/{}", json(GetConsumer), Need::kReadAll);
  router.Get("/v1/repositories", json(ListRepositories));
  router.Get("/v1/repositories/{}/refs", json(ListRefs));
  router.Get("/v1/repositories/{}/resources", json(ListResources));
  router.Get("/v1/repositories/{}/resources/{}", answer(GetResource));
  router.Get("/v1/repositories/{}/history", json(GetHistory));
  router.Get("/v1/repositories/{}/blame", json(GetBlame));
  router.Get("/v1/repositories/{}/diff", answer(GetDiff));
  router.Get("/v1/repositories/{}/explain", json(ExplainPath));
  router.Get("/v1/log", json(GetLog));
  router.Get("/v1/search", json(GetSearch));
  router.Get("/v1/appearances", json(GetAppearances));
  router.Get("/v1/timelines", json(ListTimelines));
  router.Get("/v1/status", json(GetStatus));
  router.Get("/openapi.json", json(GetOpenApi));
}

}  // namespace setpoint::server
