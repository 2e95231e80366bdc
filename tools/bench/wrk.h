// Load by wrk and pgbench, and what they say of it. One thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace setpoint::tools {

struct LoadResult {
  double per_second = 0;
  double p50_seconds = 0;
  double p99_seconds = 0;  // 0 where the program does not tell.
};

struct HttpLoad {
  uint16_t port = 0;
  size_t connections = 1;
  int seconds = 1;
  // One of these is asked for at a time, in turn.
  std::vector<std::string> targets;
  std::string body = {};  // Where it is not empty: POST.
};

// `folder` takes wrk's script. An answer that is not 2xx is kInternal; no wrk: kNotFound.
absl::StatusOr<LoadResult> RunWrk(const HttpLoad& load, const std::string& folder);

struct SqlLoad {
  uint16_t port = 0;
  size_t connections = 1;
  int seconds = 1;
  std::string script;  // pgbench's language.
};

// Prepared statements. p50 is pgbench's average where there are several connections.
absl::StatusOr<LoadResult> RunPgbench(const SqlLoad& load, const std::string& folder);

// Statements, run once.
absl::Status RunSql(uint16_t port, const std::string& statements, const std::string& folder);

}  // namespace setpoint::tools
