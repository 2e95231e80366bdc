// Which handler answers a path. Filled once by the composition root, then read by any thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "server/http/request.h"
#include "server/watch/opened_watch.h"

namespace setpoint::server {

// Answers from the store. Runs on a worker thread.
using AnswerHandler = std::function<absl::StatusOr<Response>(const Request&)>;
// Opens a stream, which the session then drives. Runs on a worker thread.
using WatchHandler = std::function<absl::StatusOr<OpenedWatch>(const Request&)>;
using Handler = std::variant<AnswerHandler, WatchHandler>;

// What a caller needs for a path. Decided once, in gate.h, before any handler runs.
enum class Need {
  kNothing,  // Anybody may have it: nothing of the store is in it.
  kItself,   // It authenticates whoever calls: a webhook.
  kRead,
  kReadAll,  // As kRead, by a token without a scope: it tells of everything at once.
  kAdmin,
};

class Router {
 public:
  // `pattern` is a path whose segments are words or `{}`; what stands at a `{}` is given to the handler in
  // Request::captures.
  void Get(std::string_view pattern, Handler handler, Need need = Need::kRead);
  void Post(std::string_view pattern, AnswerHandler handler, Need need = Need::kAdmin);

  struct Match {
    const Handler* handler = nullptr;  // Null: nothing is at the path, or not for this method.
    Need need = Need::kRead;           // Also where nothing is: nobody is told so who may not know.
    std::string allow;                 // The methods that the path has, as in the header `Allow`; empty: no such path.
    size_t route = 0;                  // Which of `routes()` the path is.
  };
  // What answers the request's method and path; fills in its captures.
  Match Find(Request& request) const;

  // The patterns of all paths, each once; before them "none", for requests of no path that is served.
  const std::vector<std::string>& routes() const { return patterns_; }
  // Every route, in the order in which they were added: for tests that leave none out.
  struct RouteInfo {
    Method method = Method::kGet;
    std::string pattern;
    Need need = Need::kRead;
  };
  std::vector<RouteInfo> Routes() const;

 private:
  struct Route {
    Method method;
    std::vector<std::string> segments;
    Handler handler;
    size_t pattern;  // Its place in patterns_.
    Need need;
  };

  void Add(Method method, std::string_view pattern, Handler handler, Need need);

  std::vector<Route> routes_;
  std::vector<std::string> patterns_ = {"none"};
};

}  // namespace setpoint::server
