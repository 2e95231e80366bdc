#include "server/http/router.h"

#include <algorithm>
#include <utility>

#include "storage/base/check.h"

namespace setpoint::server {
namespace {

constexpr std::string_view kCapture = "{}";

bool Matches(const std::vector<std::string>& pattern, const std::vector<std::string>& segments) {
  return std::equal(
      pattern.begin(), pattern.end(), segments.begin(), segments.end(),
      [](const std::string& word, const std::string& segment) { return word == kCapture || word == segment; });
}

std::vector<std::string> Captures(const std::vector<std::string>& pattern, const std::vector<std::string>& segments) {
  std::vector<std::string> captures;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == kCapture) captures.push_back(segments[i]);
  }
  return captures;
}

}  // namespace

void Router::Add(Method method, std::string_view pattern, Handler handler, Need need) {
  auto parsed = ParseTarget(pattern);
  SETPOINT_CHECK(parsed.ok(), "a route is a path");
  const auto known = std::find(patterns_.begin(), patterns_.end(), pattern);
  const auto index = static_cast<size_t>(known - patterns_.begin());
  if (known == patterns_.end()) patterns_.emplace_back(pattern);
  routes_.push_back({method, std::move(parsed->segments), std::move(handler), index, need});
}

void Router::Get(std::string_view pattern, Handler handler, Need need) {
  Add(Method::kGet, pattern, std::move(handler), need);
}

void Router::Post(std::string_view pattern, AnswerHandler handler, Need need) {
  Add(Method::kPost, pattern, std::move(handler), need);
}

std::vector<Router::RouteInfo> Router::Routes() const {
  std::vector<RouteInfo> routes;
  for (const Route& route : routes_) routes.push_back({route.method, patterns_[route.pattern], route.need});
  return routes;
}

Router::Match Router::Find(Request& request) const {
  Match match;
  for (const Route& route : routes_) {
    if (!Matches(route.segments, request.segments)) continue;
    if (match.allow.empty()) match.route = route.pattern;
    if (!match.allow.empty()) match.allow.append(", ");
    match.allow.append(route.method == Method::kGet ? "GET, HEAD" : "POST");
    if (route.method != request.method || match.handler != nullptr) continue;
    match.handler = &route.handler;
    match.need = route.need;
    request.captures = Captures(route.segments, request.segments);
  }
  return match;
}

}  // namespace setpoint::server
