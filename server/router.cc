#include "server/router.h"

#include <utility>

#include "storage/base/check.h"

namespace setpoint::server {
namespace {

constexpr std::string_view kCapture = "{}";

bool Matches(const std::vector<std::string>& pattern, Request& request) {
  if (pattern.size() != request.segments.size()) return false;
  request.captures.clear();
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == kCapture) {
      request.captures.push_back(request.segments[i]);
    } else if (pattern[i] != request.segments[i]) {
      return false;
    }
  }
  return true;
}

}  // namespace

void Router::Get(std::string_view pattern, Handler handler) {
  auto parsed = ParseTarget(pattern);
  SETPOINT_CHECK(parsed.ok(), "a route is a path");
  routes_.push_back({std::move(parsed->segments), std::move(handler)});
}

const Handler* Router::Find(Request& request) const {
  for (const Route& route : routes_) {
    if (Matches(route.segments, request)) return &route.handler;
  }
  return nullptr;
}

}  // namespace setpoint::server
