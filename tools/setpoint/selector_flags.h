// The filters of `list`, as flags and as parameters of /v1, and those of them that all filters share. One thread.
#pragma once

#include <string>
#include <vector>

#include <CLI/App.hpp>

#include "absl/status/statusor.h"
#include "query/selector.h"
#include "tools/setpoint/http_client.h"

namespace setpoint::tools {

// Which resources, by what they are called. Parameters of the same name.
struct ResourceFlags {
  std::string kind;
  std::string declared_namespace;
  std::string name;
  std::string label;
  bool has_namespace = false;
};
// `flags` must outlive the verb, here and below.
void AddResourceFlags(CLI::App& verb, ResourceFlags& flags);
void AddResourceParameters(const ResourceFlags& flags, HttpParameters& parameters);

struct SelectorFlags : ResourceFlags {
  std::string path;
  std::string format;
  std::vector<std::string> fields;
};
void AddSelectorFlags(CLI::App& verb, SelectorFlags& flags);
// kInvalidArgument that says which filter is wrong.
absl::StatusOr<query::Selector> SelectorOf(const SelectorFlags& flags);
void AddSelectorParameters(const SelectorFlags& flags, HttpParameters& parameters);

}  // namespace setpoint::tools
