#include "server/http/framing.h"

#include <algorithm>

#include "query/text.h"

namespace setpoint::server {

std::optional<std::string_view> AmbiguityOf(const std::vector<std::pair<std::string, std::string>>& headers,
                                            unsigned http_version) {
  size_t hosts = 0;
  size_t lengths = 0;
  size_t encodings = 0;
  for (const auto& [name, value] : headers) {
    if (name == "host") {
      ++hosts;
      // A line that is folded into it ends up here too.
      if (value.find_first_of(" \t,/@?#\\") != std::string::npos) return "Host must be one name or address";
    }
    if (name == "content-length") {
      ++lengths;
      const bool digits =
          !value.empty() && std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
      if (!digits) return "Content-Length must be one number";
    }
    if (name == "transfer-encoding") {
      ++encodings;
      if (query::LowerCase(value) != "chunked") return "of transfer encodings only chunked is understood";
    }
  }
  if (lengths > 1) return "Content-Length must be given once";
  if (encodings > 1) return "Transfer-Encoding must be given once";
  if (encodings > 0 && lengths > 0) return "Content-Length and Transfer-Encoding exclude each other";
  if (encodings > 0 && http_version < 11) return "HTTP/1.0 has no Transfer-Encoding";
  if (hosts > 1 || (hosts == 0 && http_version >= 11)) return "a request needs exactly one Host";
  return std::nullopt;
}

}  // namespace setpoint::server
