#include "server/http/conditional.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "query/text.h"
#include "storage/base/digest.h"

namespace setpoint::server {
namespace {

// What the name of an encoding adds to a tag (compression.h).
constexpr std::array<std::string_view, 3> kSuffixes = {"", "-gzip", "-zstd"};

bool IsTag(std::string_view quoted, std::string_view tag) {
  if (quoted.starts_with("W/")) quoted.remove_prefix(2);
  if (quoted.size() < 2 || quoted.front() != '"' || quoted.back() != '"') return false;
  quoted = quoted.substr(1, quoted.size() - 2);
  return quoted.starts_with(tag) &&
         std::find(kSuffixes.begin(), kSuffixes.end(), quoted.substr(tag.size())) != kSuffixes.end();
}

}  // namespace

std::optional<std::string> TagThatClientHas(const Request& request, std::string_view tag) {
  const auto field = request.ListHeader("if-none-match");
  if (!field.has_value() || tag.empty()) return std::nullopt;
  std::string_view rest = *field;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find(','), rest.size());
    const std::string_view each = query::StripTrailingBlanks(query::StripLeadingBlanks(rest.substr(0, end)));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (IsTag(each, tag)) return std::string(each);
  }
  return std::nullopt;
}

void ApplyCondition(const Request& request, Response& response) {
  if (response.status != 200 || request.method != Method::kGet) return;
  if (response.tag.empty() && response.rest == nullptr && response.caching != Caching::kNone) {
    response.tag = storage::Sha256(response.body).Hex().substr(0, 32);
  }
  const auto field = request.ListHeader("if-none-match");
  if (!field.has_value() || response.tag.empty()) return;
  const auto has = TagThatClientHas(request, response.tag);
  const bool any = query::StripTrailingBlanks(query::StripLeadingBlanks(*field)) == "*";
  if (!has.has_value() && !any) return;
  response.status = 304;
  response.body.clear();
  response.rest = nullptr;
  response.headers.emplace_back("ETag", has.value_or(std::string("\"") + response.tag + "\""));
}

}  // namespace setpoint::server
