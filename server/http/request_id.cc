#include "server/http/request_id.h"

#include <algorithm>
#include <cstdio>

namespace setpoint::server {
namespace {

constexpr size_t kIdBytesMax = 128;

bool IsSane(std::string_view id) {
  return !id.empty() && id.size() <= kIdBytesMax && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.' || c == ':';
  });
}

}  // namespace

std::string RequestIds::Of(std::optional<std::string_view> header) {
  if (header.has_value() && IsSane(*header)) return std::string(*header);
  char text[40];
  std::snprintf(text, sizeof text, "%016llx-%llx", static_cast<unsigned long long>(seed_),
                static_cast<unsigned long long>(next_.fetch_add(1, std::memory_order_relaxed)));
  return text;
}

}  // namespace setpoint::server
