#include "server/handlers/watch_query.h"

#include <algorithm>
#include <array>
#include <utility>

#include "server/handlers/selector_query.h"
#include "storage/base/concat.h"

namespace setpoint::server {
namespace {

// What a watch's address says besides what it is of: where it begins, how it is written, who asks.
constexpr std::array<std::string_view, 5> kOtherParameters = {"from", "snapshot", "bookmark", "consumer",
                                                              "show_secrets"};

void AppendEncoded(std::string_view text, std::string& out) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                       std::string_view("-._~/*,").find(c) != std::string_view::npos;
    if (plain) {
      out.push_back(c);
    } else {
      out.append({'%', kDigits[byte >> 4], kDigits[byte & 15]});
    }
  }
}

}  // namespace

absl::Status TakeWatched(QueryReader& query, query::WatchOptions& options) {
  options.refs = {.repository = query.Take("repo").value_or(""), .refs = query.TakeAll("ref")};
  options.environment = query.Take("environment").value_or("");
  auto selector = TakeSelector(query);
  if (!selector.ok()) return selector.status();
  options.selector = *std::move(selector);
  return absl::OkStatus();
}

std::string WatchedText(const QueryParameters& query) {
  std::string text;
  for (const auto& [name, value] : query) {
    if (std::find(kOtherParameters.begin(), kOtherParameters.end(), name) != kOtherParameters.end()) continue;
    if (!text.empty()) text.push_back('&');
    AppendEncoded(name, text);
    text.push_back('=');
    AppendEncoded(value, text);
  }
  return text;
}

absl::StatusOr<query::WatchOptions> ParseWatched(std::string_view text) {
  auto target = ParseTarget(storage::Concat("/?", text));
  if (!target.ok()) return target.status();
  QueryReader query(target->query);
  query::WatchOptions options;
  if (absl::Status status = TakeWatched(query, options); !status.ok()) return status;
  if (absl::Status status = query.Finish(); !status.ok()) return status;
  return options;
}

}  // namespace setpoint::server
