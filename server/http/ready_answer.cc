#include "server/http/ready_answer.h"

#include <utility>

#include "server/http/compression.h"
#include "server/http/conditional.h"
#include "server/http/error_mapping.h"
#include "server/server_options.h"

namespace setpoint::server {

Response MakeReady(const Request& request, absl::StatusOr<Response> given) {
  if (!given.ok()) return ProblemOf(given.status());
  Response response = *std::move(given);
  if (response.rest != nullptr) {
    auto more = response.rest->Read(kAnswerPieceBytes, response.body);
    if (!more.ok()) return ProblemOf(more.status());
    if (!*more) response.rest = nullptr;
  }
  ApplyCondition(request, response);
  Encode(ChooseCoding(request, response), response);
  return response;
}

}  // namespace setpoint::server
