#include "server/handlers/watch.h"

#include <utility>

#include "server/handlers/disclosure_query.h"
#include "server/handlers/selector_query.h"
#include "server/http/query_reader.h"

namespace setpoint::server {

absl::StatusOr<std::unique_ptr<query::Watcher>> OpenWatch(const HandlerContext& context, const Request& request) {
  QueryReader query(request.query);
  query::WatchOptions options;
  options.refs = {.repository = query.Take("repo").value_or(""), .refs = query.TakeAll("ref")};
  options.from = query.Take("from").value_or("");
  options.snapshot = query.TakeBool("snapshot");
  options.disclosure = DisclosureFor(request);
  options.now = context.clock.NowSeconds();
  auto selector = TakeSelector(query);
  if (!selector.ok()) return selector.status();
  options.selector = *std::move(selector);
  if (absl::Status status = query.Finish(); !status.ok()) return status;
  return query::Watcher::Open(context.database, std::move(options));
}

}  // namespace setpoint::server
