// A request and an answer as handlers see them: no sockets, no Beast. Plain data.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/access/caller.h"
#include "server/http/body.h"

namespace setpoint::server {

using QueryParameters = std::vector<std::pair<std::string, std::string>>;

enum class Method { kGet, kPost, kOther };

struct Request {
  Method method = Method::kGet;  // HEAD counts as GET: the session leaves the body out.
  // Percent-decoded, split at the slashes that were written as slashes: "/v1/x/a%2Fb" is {"v1", "x", "a/b"}.
  std::vector<std::string> segments;
  std::vector<std::string> captures;  // The segments that stand at the `{}` of the route.
  QueryParameters query;              // Decoded, in the order given.
  // Names in lower case, in the order given.
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};  // Of a POST; what others bring along is read past.
  std::string peer = {};  // The address that it came from, without a port; empty: from this process.
  // Who asks; shared with whatever outlives the request, such as a stream. Null where nobody is asked who they are:
  // then the caller may do everything.
  std::shared_ptr<const Caller> caller = nullptr;

  // The first header field of that name (in lower case); nothing where it was not sent.
  std::optional<std::string_view> Header(std::string_view name) const;
  // Of a field that is a list: all that was sent of it, in order, joined by commas as RFC 9110 (5.3) has it.
  std::optional<std::string> ListHeader(std::string_view name) const;
};

// For how long a client may keep an answer.
enum class Caching {
  kNone,        // Not at all: errors, and what changes without a sign.
  kRevalidate,  // As long as the server says that its tag is still the right one.
  kImmutable,   // For ever: what was read at a fixed position.
};

struct Response {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  // What comes after `body`; null: nothing.
  std::unique_ptr<Body> rest = nullptr;
  // The strong entity tag without its quotes, the same for every encoding of the answer; empty: it has none yet.
  std::string tag = {};
  Caching caching = Caching::kNone;
  // Of an error: what was asked for is not there yet, but may come (a commit that is still to be ingested).
  bool may_come = false;
};

// Splits and decodes a request target. kInvalidArgument: not of origin form, or a broken %XX.
absl::StatusOr<Request> ParseTarget(std::string_view target);

}  // namespace setpoint::server
