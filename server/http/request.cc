#include "server/http/request.h"

#include <algorithm>

#include "server/server_options.h"
#include "storage/base/concat.h"
#include "storage/base/hex.h"

namespace setpoint::server {
namespace {

// A plus sign is a space in a query (application/x-www-form-urlencoded), not in a path.
enum class Part { kPath, kQuery };

absl::StatusOr<std::string> PercentDecode(std::string_view text, Part part) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && part == Part::kQuery) {
      decoded.push_back(' ');
    } else if (text[i] != '%') {
      decoded.push_back(text[i]);
    } else {
      const auto byte = storage::HexDecode(text.substr(i + 1, 2));
      if (!byte.has_value() || byte->size() != 1) {
        return absl::InvalidArgumentError(storage::Concat("'%' without two hex digits in the request target: ", text));
      }
      decoded.append(*byte);
      i += 2;
    }
  }
  return decoded;
}

// Cuts `text` at the first `separator`; the second part is empty where there is none.
std::pair<std::string_view, std::string_view> CutAt(std::string_view text, char separator) {
  const size_t at = text.find(separator);
  if (at == std::string_view::npos) return {text, {}};
  return {text.substr(0, at), text.substr(at + 1)};
}

absl::StatusOr<QueryParameters> ParseQuery(std::string_view text) {
  QueryParameters parameters;
  while (!text.empty()) {
    const auto [pair, rest] = CutAt(text, '&');
    text = rest;
    if (pair.empty()) continue;
    if (parameters.size() == kParametersMax) {
      return absl::InvalidArgumentError(storage::Concat("a request has at most ", kParametersMax, " parameters"));
    }
    const auto [raw_name, raw_value] = CutAt(pair, '=');
    auto name = PercentDecode(raw_name, Part::kQuery);
    if (!name.ok()) return name.status();
    auto value = PercentDecode(raw_value, Part::kQuery);
    if (!value.ok()) return value.status();
    parameters.emplace_back(*std::move(name), *std::move(value));
  }
  return parameters;
}

}  // namespace

std::optional<std::string_view> Request::Header(std::string_view name) const {
  const auto found =
      std::find_if(headers.begin(), headers.end(), [name](const auto& field) { return field.first == name; });
  if (found == headers.end()) return std::nullopt;
  return found->second;
}

std::optional<std::string> Request::ListHeader(std::string_view name) const {
  std::optional<std::string> list;
  for (const auto& [each, value] : headers) {
    if (each != name) continue;
    list = list.has_value() ? storage::Concat(*list, ", ", value) : value;
  }
  return list;
}

absl::StatusOr<Request> ParseTarget(std::string_view target) {
  if (target.empty() || target.front() != '/') {
    return absl::InvalidArgumentError("the request target must begin with '/'");
  }
  const auto [path, query_text] = CutAt(target.substr(1), '?');
  Request request;
  size_t begin = 0;
  while (begin <= path.size()) {
    const size_t end = std::min(path.find('/', begin), path.size());
    auto segment = PercentDecode(path.substr(begin, end - begin), Part::kPath);
    if (!segment.ok()) return segment.status();
    request.segments.push_back(*std::move(segment));
    begin = end + 1;
  }
  auto query = ParseQuery(query_text);
  if (!query.ok()) return query.status();
  request.query = *std::move(query);
  return request;
}

}  // namespace setpoint::server
