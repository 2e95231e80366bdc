#include "server/handlers/consumers.h"

#include <optional>
#include <string>
#include <utility>

#include "query/consumer_lag.h"
#include "query/entry_facts.h"
#include "query/errors.h"
#include "query/json_value.h"
#include "query/json_writer.h"
#include "query/position.h"
#include "query/watcher.h"
#include "server/handlers/disclosure_query.h"
#include "server/handlers/watch_query.h"
#include "server/http/query_reader.h"
#include "storage/base/concat.h"
#include "storage/projections/consumers.h"

namespace setpoint::server {
namespace {

using query::ConsumerItem;
using query::WatchCursor;
using storage::Concat;
using storage::Consumer;
using storage::Revision;

constexpr std::string_view kUnknownConsumer = "unknown-consumer";

Response JsonResponse(query::JsonWriter& json) {
  Response response;
  response.caching = Caching::kRevalidate;
  response.body = json.Take().append("\n");
  return response;
}

// What a consumer watches; nothing where that is not in the store (any more), or does not parse (any more).
struct Watched {
  query::WatchOptions options;
  query::WatchScope scope;
};
std::optional<Watched> FindWatched(const ReadContext& context, const Consumer& consumer,
                                   const query::Disclosure& disclosure) {
  auto options = ParseWatched(consumer.watch);
  if (!options.ok()) return std::nullopt;
  options->disclosure = disclosure;
  options = query::EnterEnvironment(context.database, *std::move(options));
  if (!options.ok()) return std::nullopt;
  auto scope = query::WatchScope::Resolve(context.database, options->refs, disclosure);
  if (!scope.ok()) return std::nullopt;
  return Watched{*std::move(options), *std::move(scope)};
}

bool IsShown(const ConsumerItem& item, const query::Disclosure& disclosure) {
  return disclosure.scopes == nullptr || !item.repository.empty();
}

absl::StatusOr<ConsumerItem> ItemOf(const ReadContext& context, Consumer consumer,
                                    const query::Disclosure& disclosure) {
  ConsumerItem item{std::move(consumer), {}, {}, {}};
  // Who else has a token is not told to who sees a part only.
  if (disclosure.scopes != nullptr) item.consumer.owner.clear();
  const auto watched = FindWatched(context, item.consumer, disclosure);
  if (!watched.has_value()) return item;
  item.repository = watched->scope.repository();
  auto lag = query::ReadConsumerLag(context.database, watched->scope, item.cursor(), context.clock.NowSeconds());
  if (!lag.ok()) return lag.status();
  item.lag = *lag;
  return item;
}

// Whether nothing that this consumer is sent of the entries up to `upto` comes after its cursor. One that has filtered
// may have seen all of an entry without its last change.
absl::StatusOr<bool> HasSeen(const ReadContext& context, const ConsumerItem& item, query::WatchOptions options,
                             Revision upto) {
  const WatchCursor cursor = item.cursor();
  if (item.consumer.acknowledged == 0 || cursor.revision < upto) return false;
  if (cursor.IsWhole() || cursor.revision > upto) return true;
  options.from = cursor.Text();
  auto watcher = query::Watcher::Open(context.database, options);
  if (!watcher.ok()) return watcher.status();
  while (true) {
    auto batch = (*watcher)->Next({.events_max = 1});
    if (!batch.ok()) return batch.status();
    if (!batch->events.empty()) return batch->events.front().cursor.revision > upto;
    if (batch->caught_up || (*watcher)->cursor() >= WatchCursor{upto}) return true;
  }
}

// The consumers of one repository, with what they have seen of one commit.
absl::StatusOr<Response> AnswerSeen(const ReadContext& context, const std::string& commit,
                                    const std::string& repository, const query::Disclosure& disclosure) {
  const query::View view(context.database, disclosure);
  auto position = query::ResolvePosition(view, {.repository = repository, .text = commit});
  if (!position.ok()) return position.status();
  const auto facts = query::ReadEntryFacts(view, position->position.revision);
  if (!facts.ok()) return facts.status();
  const std::string_view name = view.catalog.names.RepositoryName(position->repository);
  auto consumers = storage::ListConsumers(*context.database.store);
  if (!consumers.ok()) return consumers.status();
  query::JsonWriter json;
  json.BeginObject().Member("repository", name).Member("commit", facts->commit.Hex()).Key("consumers").BeginArray();
  for (Consumer& consumer : *consumers) {
    auto watched = FindWatched(context, consumer, disclosure);
    if (!watched.has_value() || watched->scope.repository() != name) continue;
    const auto landing = query::FindLanding(context.database, watched->scope, facts->commit);
    if (!landing.ok()) return landing.status();
    auto item = ItemOf(context, std::move(consumer), disclosure);
    if (!item.ok()) return item.status();
    absl::StatusOr<bool> seen = false;
    if (landing->has_value()) seen = HasSeen(context, *item, std::move(watched->options), **landing);
    if (!seen.ok()) return seen.status();
    item->commit = query::CommitSeen{*seen, landing->value_or(Revision())};
    query::WriteConsumer(*item, json);
  }
  json.EndArray().EndObject();
  return JsonResponse(json);
}

// The body of an acknowledgement.
struct Acknowledgement {
  std::optional<WatchCursor> cursor;
  bool force = false;
  bool forget = false;
};
absl::StatusOr<Acknowledgement> ParseAcknowledgement(const std::string& body) {
  const auto refuse = [](std::string_view why) {
    return absl::InvalidArgumentError(
        Concat(why, R"(; expected {"cursor": "r123.4"}, with "force": true to go back, or {"forget": true})"));
  };
  const auto value = query::ParseJson(body);
  if (!value.ok() || value->kind != query::JsonValue::Kind::kObject) return refuse("the body is no JSON object");
  Acknowledgement parsed;
  for (const query::JsonMember& member : value->members) {
    const std::string name = query::UnescapeJsonString(member.key);
    if (name == "cursor" && member.value.kind == query::JsonValue::Kind::kString) {
      parsed.cursor = WatchCursor::Parse(member.value.Scalar());
      if (!parsed.cursor.has_value()) return refuse("that is no cursor of a watch");
    } else if (name == "force" && member.value.kind == query::JsonValue::Kind::kBool) {
      parsed.force = member.value.text == "true";
    } else if (name == "forget" && member.value.kind == query::JsonValue::Kind::kBool) {
      parsed.forget = member.value.text == "true";
    } else {
      return refuse(Concat("`", name, "` is not understood"));
    }
  }
  if (parsed.forget == parsed.cursor.has_value()) return refuse("there must be a cursor, or nothing but `forget`");
  return parsed;
}

}  // namespace

absl::StatusOr<std::vector<ConsumerItem>> ReadConsumers(const ReadContext& context,
                                                        const query::Disclosure& disclosure) {
  auto consumers = storage::ListConsumers(*context.database.store);
  if (!consumers.ok()) return consumers.status();
  std::vector<ConsumerItem> items;
  for (Consumer& consumer : *consumers) {
    auto item = ItemOf(context, std::move(consumer), disclosure);
    if (!item.ok()) return item.status();
    if (IsShown(*item, disclosure)) items.push_back(*std::move(item));
  }
  return items;
}

ConsumerWriter::Actor ActorOf(const Request& request) {
  if (request.caller == nullptr) return {};
  return {.name = request.caller->name,
          .may_use_any = request.caller->role >= Role::kAdmin && request.caller->scopes == nullptr};
}

absl::StatusOr<Response> ListConsumers(const ReadContext& context, const Request& request) {
  QueryReader query(request.query);
  const auto seen = query.Take("seen");
  const std::string repository = query.Take("repo").value_or("");
  if (absl::Status status = query.Finish(); !status.ok()) return status;
  const auto disclosure = DisclosureFor(context.database, request);
  if (!disclosure.ok()) return disclosure.status();
  if (seen.has_value()) return AnswerSeen(context, *seen, repository, *disclosure);
  auto items = ReadConsumers(context, *disclosure);
  if (!items.ok()) return items.status();
  query::JsonWriter json;
  json.BeginObject().Key("consumers").BeginArray();
  for (const ConsumerItem& item : *items) {
    if (repository.empty() || item.repository == repository) query::WriteConsumer(item, json);
  }
  json.EndArray().EndObject();
  return JsonResponse(json);
}

absl::StatusOr<Response> GetConsumer(const ReadContext& context, const Request& request) {
  if (absl::Status status = QueryReader(request.query).Finish(); !status.ok()) return status;
  const std::string& name = request.captures.at(0);
  auto consumer = storage::ReadConsumer(*context.database.store, name);
  if (!consumer.ok()) return consumer.status();
  if (!consumer->has_value()) return query::NotFound(kUnknownConsumer, Concat("there is no consumer `", name, "`"));
  const auto disclosure = DisclosureFor(context.database, request);
  if (!disclosure.ok()) return disclosure.status();
  auto item = ItemOf(context, **std::move(consumer), *disclosure);
  if (!item.ok()) return item.status();
  if (!IsShown(*item, *disclosure)) {
    return query::NotFound(kUnknownConsumer, Concat("there is no consumer `", name, "`"));
  }
  query::JsonWriter json;
  query::WriteConsumer(*item, json);
  return JsonResponse(json);
}

absl::StatusOr<Response> AcknowledgeConsumer(const HandlerContext& context, const Request& request) {
  if (absl::Status status = QueryReader(request.query).Finish(); !status.ok()) return status;
  const std::string& name = request.captures.at(0);
  const auto acknowledgement = ParseAcknowledgement(request.body);
  if (!acknowledgement.ok()) return acknowledgement.status();
  query::JsonWriter json;
  if (acknowledgement->forget) {
    if (absl::Status status = context.consumers.Forget(name, ActorOf(request)); !status.ok()) return status;
    json.BeginObject().Member("name", name).Member("forgotten", true).EndObject();
    return JsonResponse(json);
  }
  const auto order = acknowledgement->force ? ConsumerWriter::Order::kForced : ConsumerWriter::Order::kForwardOnly;
  auto consumer = context.consumers.Acknowledge(name, *acknowledgement->cursor, order, context.clock.NowSeconds(),
                                                ActorOf(request));
  if (!consumer.ok()) return consumer.status();
  const auto disclosure = DisclosureFor(context.database, request);
  if (!disclosure.ok()) return disclosure.status();
  auto item = ItemOf(context, *std::move(consumer), *disclosure);
  if (!item.ok()) return item.status();
  query::WriteConsumer(*item, json);
  return JsonResponse(json);
}

}  // namespace setpoint::server
