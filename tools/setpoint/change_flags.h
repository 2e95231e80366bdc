// The filters of changes that `log` and `search` share, as flags and as parameters of /v1. One thread.
#pragma once

#include <string>

#include <CLI/App.hpp>

#include "tools/setpoint/http_client.h"

namespace setpoint::tools {

struct ChangeFlags {
  // Parameters of the same name.
  std::string value, field, author, committer, message, since, until, path, kind, name, label;
  std::string declared_namespace;
  bool has_namespace = false;
  std::string signed_as;

  bool AsksForFields() const { return !value.empty() || !field.empty(); }
};

// `flags` must outlive the verb.
void AddChangeFlags(CLI::App& verb, ChangeFlags& flags);
void AddChangeParameters(const ChangeFlags& flags, HttpParameters& parameters);

}  // namespace setpoint::tools
