#include "server/handlers/register.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "query/json_value.h"
#include "query/json_writer.h"
#include "server/follow/sources.h"
#include "server/handlers/look.h"
#include "server/http/query_reader.h"
#include "storage/base/concat.h"
#include "storage/git/source.h"

namespace setpoint::server {
namespace {

using query::JsonMember;
using query::JsonValue;
using storage::Concat;

constexpr size_t kPatternsMax = 1'000;
constexpr size_t kTextBytesMax = 4'096;

bool ReadText(const JsonValue& value, std::string& to) {
  if (value.kind != JsonValue::Kind::kString || value.text.size() > kTextBytesMax) return false;
  to = value.Scalar();
  return true;
}

bool ReadBool(const JsonValue& value, bool& to) {
  if (value.kind != JsonValue::Kind::kBool) return false;
  to = value.text == "true";
  return true;
}

bool ReadTexts(const JsonValue& value, std::vector<std::string>& to) {
  if (value.kind != JsonValue::Kind::kArray || value.items.size() > kPatternsMax) return false;
  to.clear();
  for (const JsonValue& item : value.items) {
    if (!ReadText(item, to.emplace_back())) return false;
  }
  return true;
}

absl::StatusOr<FollowedRepository> ReadBody(const std::string& body) {
  const auto root = query::ParseJson(body);
  if (!root.ok() || root->kind != JsonValue::Kind::kObject) {
    return absl::InvalidArgumentError(R"(the body must be a JSON object such as {"source": "https://…"})");
  }
  FollowedRepository repository;
  for (const JsonMember& member : root->members) {
    const std::string key = query::UnescapeJsonString(member.key);
    bool is_good = false;
    if (key == "name") {
      is_good = ReadText(member.value, repository.name);
    } else if (key == "source") {
      is_good = ReadText(member.value, repository.source);
    } else if (key == "owned") {
      is_good = ReadTexts(member.value, repository.owned_patterns);
    } else if (key == "pointing") {
      is_good = ReadTexts(member.value, repository.pointing_patterns);
    } else if (key == "pull_requests") {
      is_good = ReadBool(member.value, repository.pull_requests);
    } else if (key == "delete_on_vanish") {
      is_good = ReadBool(member.value, repository.delete_on_vanish);
    } else {
      return absl::InvalidArgumentError(Concat("unknown member '", key,
                                               "'; known here: name, source, owned, pointing, pull_requests, "
                                               "delete_on_vanish"));
    }
    if (!is_good) return absl::InvalidArgumentError(Concat("member '", key, "' is of another type or too long"));
  }
  if (repository.source.empty()) return absl::InvalidArgumentError("member 'source' must be given");
  if (repository.name.empty()) repository.name = storage::DefaultRepositoryName(repository.source);
  if (absl::Status status = storage::ValidateRepositoryName(repository.name); !status.ok()) return status;
  repository.by_request = true;
  return AsStored(std::move(repository));
}

// Whether it was followed before by the same source.
absl::StatusOr<bool> Register(const HandlerContext& context, const FollowedRepository& repository) {
  // A name that leads inside is refused now rather than at the first look.
  const absl::StatusOr<std::string> address = context.guard.Admit(repository.source);
  if (!address.ok()) return address.status();
  if (const auto state = context.follow.Find(repository.name)) {
    if (state->source == storage::RedactUrls(repository.source)) return true;
    return absl::AlreadyExistsError(Concat("the name '", repository.name, "' is another source's; choose another"));
  }
  if (absl::Status status = context.ingest.Follow(repository); !status.ok()) return status;
  return false;
}

}  // namespace

absl::StatusOr<Response> RegisterRepository(const HandlerContext& context, const Request& request) {
  QueryReader parameters(request.query);
  const LookWait wait = TakeWait(parameters);
  if (absl::Status status = parameters.Finish(); !status.ok()) return status;
  absl::StatusOr<FollowedRepository> repository = ReadBody(request.body);
  if (!repository.ok()) return repository.status();
  const absl::StatusOr<bool> was_followed = Register(context, *repository);
  if (!was_followed.ok()) return was_followed.status();
  absl::StatusOr<Response> response = AnswerLook(context, repository->name, wait);
  if (response.ok()) response->status = *was_followed ? 200 : 201;
  return response;
}

absl::StatusOr<Response> UnfollowRepository(const HandlerContext& context, const Request& request) {
  if (absl::Status status = QueryReader(request.query).Finish(); !status.ok()) return status;
  const std::string& repository = request.captures.at(0);
  absl::Status status = context.ingest.Unfollow(repository);
  if (!status.ok()) return status;
  query::JsonWriter json;
  json.BeginObject().Member("repository", repository).Member("followed", false).EndObject();
  Response response;
  response.body = json.Take().append("\n");
  return response;
}

}  // namespace setpoint::server
