#include "server/handlers/place.h"

#include <utility>

#include "query/environment.h"
#include "query/errors.h"
#include "query/repository.h"
#include "server/handlers/question.h"
#include "server/http/conditional.h"
#include "storage/base/coding.h"
#include "storage/base/concat.h"
#include "storage/base/digest.h"
#include "storage/projections/verdicts.h"

namespace setpoint::server {
namespace {

// Part of every tag. Raise it with every change to what an answer says about the same position.
constexpr uint64_t kAnswerVersion = 1;
constexpr size_t kTagDigits = 32;

// The view of a later page looks no further than that of the first.
absl::Status Restrict(const Page& page, query::View& view) {
  if (!page.token.has_value()) return absl::OkStatus();
  if (page.token->cut > view.applied) return BadContinue();
  view.applied = page.token->cut;
  return absl::OkStatus();
}

absl::StatusOr<query::ResolvedPosition> PositionOf(const query::View& view, query::PositionRequest asked,
                                                   const Page& page) {
  if (!page.token.has_value()) return query::ResolvePosition(view, asked);
  // A revision names the timeline that its entry stands on, and a resolved position is always such an entry.
  asked.text = storage::Concat("r", page.token->position.value);
  auto position = query::ResolvePosition(view, asked);
  if (!position.ok()) {
    const std::string reason = query::ReasonOf(position.status());
    const bool forged = reason == query::reason::kUnknownPosition || reason == query::reason::kOtherRepository;
    return forged ? BadContinue() : position.status();
  }
  position->axis = page.token->axis;
  return position;
}

}  // namespace

absl::StatusOr<Place> FindPlace(const ReadContext& context, const Request& request, const query::PositionRequest& asked,
                                const Page& page) {
  auto view = context.ViewFor(request);
  if (!view.ok()) return view.status();
  Place place{.view = *std::move(view)};
  if (absl::Status status = Restrict(page, place.view); !status.ok()) return status;
  auto position = PositionOf(place.view, asked, page);
  if (!position.ok()) return position.status();
  place.position = *position;
  place.repository = position->repository;
  place.fixed = position->fixed;
  place.is_later_page = page.token.has_value();
  place.now = place.is_later_page ? page.token->now : asked.now;
  return place;
}

absl::StatusOr<Place> FindPlace(const ReadContext& context, const Request& request, std::string_view repository,
                                OfRepository of_repository, const Page& page) {
  auto view = context.ViewFor(request);
  if (!view.ok()) return view.status();
  Place place{.view = *std::move(view)};
  if (absl::Status status = Restrict(page, place.view); !status.ok()) return status;
  if (of_repository == OfRepository::kOne) {
    auto found = query::FindRepository(place.view, repository);
    if (!found.ok()) return found.status();
    place.repository = *found;
  }
  place.fixed = place.is_later_page = page.token.has_value();
  place.now = place.is_later_page ? page.token->now : context.clock.NowSeconds();
  return place;
}

absl::Status DependOnVerdicts(Place& place) {
  auto keyring = storage::FindCurrentKeyring(place.view.rows, place.repository);
  if (!keyring.ok()) return keyring.status();
  place.besides = "verdicts";
  if (!keyring->has_value()) return absl::OkStatus();
  storage::AppendString(place.besides, (*keyring)->digest.Bytes());
  storage::AppendVarint(place.besides, (*keyring)->changes);
  return absl::OkStatus();
}

std::string ScopeOf(const Place& place) { return place.position.has_value() ? place.position->Scope() : std::string(); }

std::string KeyAt(const Place& place, std::string_view key) {
  const bool has_environment = place.position.has_value() && place.position->environment.has_value();
  return has_environment ? query::KeyInEnvironment(*place.position->environment, key) : std::string(key);
}

PageToken NextPageToken(const Request& request, const Place& place) {
  PageToken token;
  token.question = QuestionDigest(request, QuestionPart::kWithoutPage);
  token.cut = place.view.applied;
  if (place.position.has_value()) {
    token.position = place.position->position.revision;
    token.axis = place.position->axis;
  }
  token.now = place.now;
  return token;
}

Response BeginAnswer(const Request& request, const Place& place, std::string_view content_type,
                     const std::vector<storage::Position>& more_positions) {
  std::string text = QuestionDigest(request, QuestionPart::kAll);
  storage::AppendVarint(text, kAnswerVersion);
  storage::AppendString(text, content_type);
  storage::AppendString(text, place.view.disclosure.Class());
  if (place.position.has_value()) {
    storage::AppendVarint(text, place.position->position.timeline.value);
    storage::AppendVarint(text, place.position->position.revision.value);
  } else {
    storage::AppendVarint(text, place.view.applied.value);
  }
  for (const storage::Position& position : more_positions) {
    storage::AppendVarint(text, position.timeline.value);
    storage::AppendVarint(text, position.revision.value);
  }
  storage::AppendString(text, place.besides);
  storage::AppendString(text, ScopeOf(place));
  if (place.by_clock) storage::AppendSignedVarint(text, place.now);
  Response response;
  response.content_type = std::string(content_type);
  response.tag = storage::Sha256(text).Hex().substr(0, kTagDigits);
  // A later page says by its token what `now` was.
  const bool moves = !place.fixed || !place.besides.empty() || (place.by_clock && !place.is_later_page) ||
                     (request.caller != nullptr && request.caller->FollowsEnvironments());
  response.caching = !moves ? Caching::kImmutable : Caching::kRevalidate;
  if (const auto tag = TagThatClientHas(request, response.tag)) {
    response.status = 304;
    response.headers.emplace_back("ETag", *tag);
  }
  return response;
}

}  // namespace setpoint::server
