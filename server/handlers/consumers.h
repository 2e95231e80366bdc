// Who reads the stream, and how far (PROTOCOL.md, Consumers).
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "query/consumer.h"
#include "query/disclosure.h"
#include "server/handlers/handler_context.h"
#include "server/http/request.h"
#include "server/watch/consumer_writer.h"

namespace setpoint::server {

// Who uses a consumer's name by this request.
ConsumerWriter::Actor ActorOf(const Request& request);

// All consumers with their lag, by name; for metrics too. Who may see a part of the store only is shown those who watch
// something in it.
absl::StatusOr<std::vector<query::ConsumerItem>> ReadConsumers(const ReadContext& context,
                                                               const query::Disclosure& disclosure);

// GET /v1/consumers: all of them. With `seen` (a commit, and `repo`): those of one repository, and who
// has seen it.
absl::StatusOr<Response> ListConsumers(const ReadContext& context, const Request& request);
// GET /v1/consumers/{name}
absl::StatusOr<Response> GetConsumer(const ReadContext& context, const Request& request);
// POST /v1/consumers/{name}, with {"cursor", "force"?} or {"forget": true}.
absl::StatusOr<Response> AcknowledgeConsumer(const HandlerContext& context, const Request& request);

}  // namespace setpoint::server
