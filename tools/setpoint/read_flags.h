// The flags that reading verbs share, and what they stand for in a store. One thread.
#pragma once

#include <memory>
#include <string>

#include <CLI/App.hpp>

#include "tools/setpoint/http_client.h"
#include "tools/setpoint/output.h"
#include "tools/setpoint/server_flags.h"

namespace setpoint::tools {

struct ReadFlags {
  std::string data;
  std::string repository;
  std::string at;
  std::string axis = "committed";
  std::string environment;
  std::string output;
  size_t limit = 0;  // 0: all.
  bool show_secrets = false;
  ServerFlags server;
};

// --data, --server and what belongs to it: which door is asked.
void AddDoorFlags(CLI::App& verb, ReadFlags& flags);
// Those, --repo and --show-secrets.
void AddRepositoryFlags(CLI::App& verb, ReadFlags& flags);
// --at, --axis and --environment.
void AddPositionFlags(CLI::App& verb, ReadFlags& flags);
// --environment alone.
void AddEnvironmentFlag(CLI::App& verb, ReadFlags& flags);
// --limit.
void AddLimitFlag(CLI::App& verb, ReadFlags& flags);

// --at, --axis, --environment and --show-secrets as parameters of /v1.
void AddPositionParameters(const ReadFlags& flags, HttpParameters& parameters);

}  // namespace setpoint::tools
