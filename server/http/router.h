// Which handler answers a path. Filled once by the composition root, then read by any thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "query/watcher.h"
#include "server/http/request.h"

namespace setpoint::server {

// Answers from the store. Runs on a worker thread.
using AnswerHandler = std::function<absl::StatusOr<Response>(const Request&)>;
// Opens a stream, which the session then drives. Runs on a worker thread.
using WatchHandler = std::function<absl::StatusOr<std::unique_ptr<query::Watcher>>(const Request&)>;
using Handler = std::variant<AnswerHandler, WatchHandler>;

class Router {
 public:
  // `pattern` is a path whose segments are words or `{}`; what stands at a `{}` is given to the handler in
  // Request::captures.
  void Get(std::string_view pattern, Handler handler);
  void Post(std::string_view pattern, AnswerHandler handler);

  struct Match {
    const Handler* handler = nullptr;  // Null: nothing is at the path, or not for this method.
    std::string allow;                 // The methods that the path has, as in the header `Allow`; empty: no such path.
  };
  // What answers the request's method and path; fills in its captures.
  Match Find(Request& request) const;

 private:
  struct Route {
    Method method;
    std::vector<std::string> segments;
    Handler handler;
  };

  void Add(Method method, std::string_view pattern, Handler handler);

  std::vector<Route> routes_;
};

}  // namespace setpoint::server
