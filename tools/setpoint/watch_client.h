// The stream of a running server, line by line: connects, and after every break connects again and resumes after the
// last cursor it has seen, so that its caller sees one stream without gaps or repetitions.
// One thread; blocks.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace setpoint::tools {

// "http://HOST:PORT", as --server takes it.
struct ServerAddress {
  std::string host;
  std::string port;
};
absl::StatusOr<ServerAddress> ParseServerUrl(std::string_view url);

struct WatchRequest {
  ServerAddress server;
  // Of /v1/watch, without `from` and `snapshot`; decoded.
  std::vector<std::pair<std::string, std::string>> parameters;
  std::string from;
  bool snapshot = false;
};

// Gets each line without its line end, and the `type` that it says it is of; false ends the watch.
using LineHandler = std::function<bool(std::string_view line, std::string_view type)>;

// Runs until the handler is done (OK), `interrupted` says so (kCancelled), the stream is over for good (OK: the server
// said why in its last line) or the server refuses the request (the error that its problem document names). A server
// that cannot be reached at the first try is kUnavailable; later it is tried again, ever more slowly.
absl::Status WatchServer(WatchRequest request, const LineHandler& handle, const std::function<bool()>& interrupted);

}  // namespace setpoint::tools
