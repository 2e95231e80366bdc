#include "server/handlers/read_routes.h"

#include "server/handlers/refs.h"
#include "server/handlers/repositories.h"
#include "server/handlers/resource.h"
#include "server/handlers/resources.h"
#include "server/handlers/status.h"

namespace setpoint::server {

void AddReadRoutes(const ReadContext& context, Router& router) {
  const auto answer = [&context](auto function) -> AnswerHandler {
    return [&context, function](const Request& request) { return function(context, request); };
  };
  router.Get("/v1/repositories", answer(ListRepositories));
  router.Get("/v1/repositories/{}/refs", answer(ListRefs));
  router.Get("/v1/repositories/{}/resources", answer(ListResources));
  router.Get("/v1/repositories/{}/resources/{}", answer(GetResource));
  router.Get("/v1/status", answer(GetStatus));
}

}  // namespace setpoint::server
