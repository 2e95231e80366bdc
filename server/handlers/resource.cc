#include "server/handlers/resource.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "query/content.h"
#include "query/derived_attributes.h"
#include "query/get.h"
#include "query/json_writer.h"
#include "query/position.h"
#include "query/raw_text.h"
#include "query/resource_json.h"
#include "query/yaml_writer.h"
#include "server/handlers/place.h"
#include "server/handlers/position_query.h"
#include "server/handlers/representation.h"
#include "server/http/query_reader.h"
#include "storage/formats/utf8.h"

namespace setpoint::server {
namespace {

const std::vector<Representation>& Offered() {
  static const std::vector<Representation> offered = {{"json", "application/json"},
                                                      {"yaml", "application/yaml"},
                                                      {"raw", "text/plain"},
                                                      {"raw", "application/octet-stream"}};
  return offered;
}

enum class DerivedPart { kLeaveOut, kInclude };

absl::StatusOr<std::string> JsonOf(const Place& place, const storage::Version& version, DerivedPart part) {
  query::JsonWriter json;
  std::optional<query::DerivedState> derived;
  if (part == DerivedPart::kInclude) {
    auto state = query::DerivedState::Read(place.view, place.position->position);
    if (!state.ok()) return state.status();
    derived.emplace(*std::move(state));
  }
  absl::Status status =
      query::WriteResource(place.view, *place.position, version, json, derived.has_value() ? &*derived : nullptr);
  if (!status.ok()) return status;
  return json.Take().append("\n");
}

absl::StatusOr<std::string> YamlOf(const Place& place, const storage::Version& version) {
  auto content = query::ReadContentJson(place.view, version.content);
  if (!content.ok()) return content.status();
  return query::YamlFromJson(*content, query::YamlTags::kRestore);
}

absl::StatusOr<std::string> BodyOf(const Place& place, const storage::Version& version, std::string_view word,
                                   DerivedPart part) {
  if (word == "json") return JsonOf(place, version, part);
  if (word == "yaml") return YamlOf(place, version);
  return query::ReadRawText(place.view, {place.repository, place.position->position, version});
}

// Text of somebody's repository must never be taken for a page of this server.
void MarkAsForeignText(Response& response) {
  response.content_type =
      storage::IsValidUtf8(response.body) ? "text/plain; charset=utf-8" : "application/octet-stream";
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
}

}  // namespace

absl::StatusOr<Response> GetResource(const ReadContext& context, const Request& request) {
  QueryReader query(request.query);
  auto asked = TakePosition(context, request, query);
  if (!asked.ok()) return asked.status();
  auto form = TakeRepresentation(request, query, Offered());
  if (!form.ok()) return form.status();
  const DerivedPart derived = query.TakeBool("derived") ? DerivedPart::kInclude : DerivedPart::kLeaveOut;
  if (absl::Status status = query.Finish(); !status.ok()) return status;
  if (!form->has_value()) return NotAcceptable(Offered());
  auto place = FindPlace(context, request, *asked, Page());
  if (!place.ok()) return place.status();
  Response response = BeginAnswer(request, *place, (*form)->media_type);
  if (response.status != 200) return response;
  auto version = query::GetResource(place->view, place->position->position, KeyAt(*place, request.captures.at(1)));
  if (!version.ok()) return version.status();
  auto body = BodyOf(*place, *version, (*form)->word, derived);
  if (!body.ok()) return body.status();
  response.body = *std::move(body);
  if ((*form)->word == "raw") MarkAsForeignText(response);
  return response;
}

}  // namespace setpoint::server
