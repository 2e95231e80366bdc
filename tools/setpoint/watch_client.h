// The stream of a running server, line by line: connects, and after every break connects again and resumes after the
// last cursor it has seen, so that its caller sees one stream without gaps or repetitions. A stream that was open once
// is come back to for ever, ever more slowly and at random moments, unless the server says that there is nothing to
// come back for. One thread; blocks.
#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "storage/base/random.h"
#include "tools/setpoint/http_client.h"
#include "tools/setpoint/watch_line.h"

namespace setpoint::tools {

struct WatchRequest {
  HttpClientOptions server;
  // Of /v1/watch, without `from` and `snapshot`; decoded.
  HttpParameters parameters = {};
  std::string from = {};
  bool snapshot = false;
};

// Runs until the sink has enough (OK) or fails (its error), `interrupted` says so (kCancelled), the stream is over for
// good (OK: the server said why in its last line) or the server refuses the request (the error that its problem
// document names). A server that cannot be reached at the first try is kUnavailable; later it is tried again.
absl::Status WatchServer(WatchRequest request, WatchSink& sink, const storage::RandomSource& random,
                         const std::function<bool()>& interrupted);

}  // namespace setpoint::tools
