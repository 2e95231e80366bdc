// The filters of changes that `log` and `search` share, as flags and as parameters of /v1. One thread.
#pragma once

#include <string>

#include <CLI/App.hpp>

#include "tools/setpoint/http_client.h"
#include "tools/setpoint/selector_flags.h"

namespace setpoint::tools {

struct ChangeFlags : ResourceFlags {
  // Parameters of the same name.
  std::string value, field, author, committer, message, since, until, path;
  std::string signed_as;  // "signed".

  bool AsksForFields() const { return !value.empty() || !field.empty(); }
};

// `flags` must outlive the verb.
void AddChangeFlags(CLI::App& verb, ChangeFlags& flags);
void AddChangeParameters(const ChangeFlags& flags, HttpParameters& parameters);

}  // namespace setpoint::tools
