#include "server/http/file_limit.h"

#include <sys/resource.h>

#include <algorithm>

#include "storage/base/concat.h"
#include "storage/base/logging.h"

namespace setpoint::server {
namespace {

// Files of the store, of mirrors and packs being read, pipes to workers: with much to spare.
constexpr size_t kOtherFiles = 1'024;

const storage::Logger& Log() {
  static const storage::Logger logger("server");
  return logger;
}

}  // namespace

ConnectionLimits WithinFileLimit(ConnectionLimits limits) {
  const rlim_t wanted = limits.connections_max + kOtherFiles;
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return limits;
  if (files.rlim_cur < wanted) {
    rlimit raised = files;
    raised.rlim_cur = std::min(wanted, files.rlim_max);
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) files = raised;
  }
  if (files.rlim_cur >= wanted) return limits;
  const size_t possible = files.rlim_cur > 2 * kOtherFiles ? files.rlim_cur - kOtherFiles : files.rlim_cur / 2;
  Log().Warning(storage::Concat("only ", possible, " of ", limits.connections_max,
                                " connections are possible, since this process may open ", files.rlim_cur,
                                " files; raise the hard limit to ", wanted,
                                " (ulimit -Hn, or LimitNOFILE= of the systemd unit)"));
  limits.connections_max = possible;
  return limits;
}

}  // namespace setpoint::server
