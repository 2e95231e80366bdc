#include "server/http/error_mapping.h"

#include <string>

#include <boost/beast/http/status.hpp>

#include "query/errors.h"
#include "query/json_writer.h"
#include "storage/base/concat.h"

namespace setpoint::server {
namespace {

struct Problem {
  unsigned status;
  std::string_view word;
};

Problem ProblemOfCode(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
      return {400, "bad-request"};
    case absl::StatusCode::kUnauthenticated:
      return {401, "unauthenticated"};
    case absl::StatusCode::kPermissionDenied:
      return {403, "forbidden"};
    case absl::StatusCode::kNotFound:
      return {404, "not-found"};
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kFailedPrecondition:
      return {409, "conflict"};
    case absl::StatusCode::kOutOfRange:
      return {410, "gone"};
    case absl::StatusCode::kResourceExhausted:
      return {503, "overloaded"};
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kCancelled:
      return {503, "unavailable"};
    case absl::StatusCode::kDataLoss:
      return {500, "damaged-store"};
    default:
      return {500, "internal"};
  }
}

}  // namespace

std::string_view StatusTitle(unsigned status) {
  const auto reason = boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(status));
  return {reason.data(), reason.size()};
}

Response ProblemResponse(unsigned status, std::string_view word, std::string_view detail) {
  query::JsonWriter json;
  json.BeginObject()
      .Member("type", storage::Concat("urn:setpoint:problem:", word))
      .Member("title", StatusTitle(status))
      .Member("status", uint64_t{status})
      .Member("detail", detail)
      .EndObject();
  Response response{.status = status, .content_type = "application/problem+json", .body = json.Take()};
  response.body.push_back('\n');
  if (status == 503) response.headers.emplace_back("Retry-After", "1");
  return response;
}

void NameInstance(std::string_view request_id, Response& response) {
  constexpr std::string_view kEnd = "}\n";
  if (request_id.empty() || response.content_type != "application/problem+json" || !response.body.ends_with(kEnd))
    return;
  response.body.resize(response.body.size() - kEnd.size());
  response.body.append(",\"instance\":\"urn:setpoint:request:").append(request_id).append("\"").append(kEnd);
}

Response ProblemOf(const absl::Status& error) {
  const Problem problem = ProblemOfCode(error.code());
  const std::string reason = query::ReasonOf(error);
  const absl::string_view message = error.message();
  Response response = ProblemResponse(problem.status, reason.empty() ? problem.word : std::string_view(reason),
                                      {message.data(), message.size()});
  response.may_come = reason == query::reason::kCommitNotIngested || reason == query::reason::kUnknownCommit ||
                      reason == query::reason::kUnknownPosition;
  return response;
}

}  // namespace setpoint::server
