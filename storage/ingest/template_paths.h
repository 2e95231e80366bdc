// The paths that were a template of a chart in some state of the store (formats.md, Kubernetes): those whose key with
// the identity `Template` the log has named. One thread at a time; the names outlive it.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/container/flat_hash_set.h"
#include "storage/log/names.h"

namespace setpoint::storage {

class TemplatePaths {
 public:
  explicit TemplatePaths(const Names& names) : names_(names) {}

  // Takes in what was named since the last time. Keys do not tell their format: templates of CloudFormation and of
  // Azure are in, too.
  void Update();

  bool empty() const { return scopes_.empty(); }
  bool Contains(std::string_view path) const;

 private:
  const Names& names_;
  uint32_t seen_ = 0;  // Of the names of resources.
  absl::flat_hash_set<std::string_view> scopes_;
};

}  // namespace setpoint::storage
