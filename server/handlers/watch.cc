#include "server/handlers/watch.h"

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "query/errors.h"
#include "query/watch_cursor.h"
#include "server/handlers/consumers.h"
#include "server/handlers/disclosure_query.h"
#include "server/handlers/watch_query.h"
#include "server/http/accept.h"
#include "server/http/query_reader.h"
#include "storage/base/concat.h"
#include "storage/projections/consumers.h"

namespace setpoint::server {
namespace {

// Whole seconds, so that streams of few different intervals share their timers.
absl::StatusOr<std::chrono::milliseconds> TakeBookmarkInterval(const WatchLimits& limits, QueryReader& query) {
  const auto seconds = query.TakeNumber("bookmark", 1'000'000);
  if (!seconds.has_value()) return limits.bookmark_interval;
  const std::chrono::milliseconds interval = std::chrono::seconds(*seconds);
  if (interval >= limits.bookmark_interval_min && interval <= limits.bookmark_interval_max) return interval;
  const auto whole = [](std::chrono::milliseconds time) {
    return std::chrono::duration_cast<std::chrono::seconds>(time).count();
  };
  return absl::InvalidArgumentError(storage::Concat("bookmark is a number of seconds from ",
                                                    whole(limits.bookmark_interval_min), " to ",
                                                    whole(limits.bookmark_interval_max)));
}

// A client of server-sent events comes back with the address that it was given at first, and the newest `id` that it
// saw: that one counts, and its snapshot is whole by then, as no event before its end has an `id`.
absl::Status Resume(const Request& request, query::WatchOptions& options) {
  const auto id = request.Header("last-event-id");
  if (!id.has_value() || id->empty()) return absl::OkStatus();
  if (!query::WatchCursor::Parse(*id).has_value()) {
    return query::InvalidArgument("bad-cursor", "Last-Event-ID is not the id of an event of this server");
  }
  options.from = std::string(*id);
  options.snapshot = false;
  return absl::OkStatus();
}

// Lines, unless the other format is asked for by name and not less than they are.
EventFormat FormatFor(const Request& request) {
  const std::string accept = request.ListHeader("accept").value_or("");
  const unsigned of_lines = MediaTypeWeight(accept, ContentTypeOf(EventFormat::kLines));
  const unsigned of_server_sent = MediaTypeWeight(accept, ContentTypeOf(EventFormat::kServerSent));
  return of_server_sent > 0 && of_server_sent >= of_lines ? FormatOfAccept(accept) : EventFormat::kLines;
}

}  // namespace

absl::StatusOr<OpenedWatch> OpenWatch(const HandlerContext& context, const Request& request) {
  QueryReader query(request.query);
  OpenedWatch opened;
  query::WatchOptions& options = opened.options;
  options.from = query.Take("from").value_or("");
  options.snapshot = query.TakeBool("snapshot");
  auto disclosure = DisclosureFor(context.database, request);
  if (!disclosure.ok()) return disclosure.status();
  options.disclosure = *std::move(disclosure);
  options.now = context.clock.NowSeconds();
  if (absl::Status status = TakeWatched(query, options); !status.ok()) return status;
  const std::string consumer = query.Take("consumer").value_or("");
  auto interval = TakeBookmarkInterval(context.hub.limits(), query);
  if (!interval.ok()) return interval.status();
  opened.bookmark_interval = *interval;
  if (absl::Status status = query.Finish(); !status.ok()) return status;
  opened.format = FormatFor(request);
  if (absl::Status status = Resume(request, options); !status.ok()) return status;
  absl::StatusOr<std::optional<storage::Consumer>> known = std::nullopt;
  if (!consumer.empty()) known = storage::ReadConsumer(*context.database.store, consumer);
  if (!known.ok()) return known.status();
  // Who says a name and no place goes on where it was.
  if (options.from.empty() && known->has_value() && (*known)->acknowledged != 0) {
    options.from = query::WatchCursor{(*known)->revision, (*known)->index}.Text();
  }
  auto entered = query::EnterEnvironment(context.database, std::move(options));
  if (!entered.ok()) return entered.status();
  options = *std::move(entered);
  auto watcher = query::Watcher::Open(context.database, options);
  if (!watcher.ok()) return watcher.status();
  opened.watcher = *std::move(watcher);
  if (consumer.empty()) return opened;
  const auto introduced = context.consumers.Introduce(consumer, WatchedText(request.query), ActorOf(request));
  if (!introduced.ok()) return introduced.status();
  return opened;
}

}  // namespace setpoint::server
