// What decoding one file may still cost. Anchors let a short text stand for an endless one: everything that is written
// or visited through them is paid for here.
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "storage/base/limits.h"
#include "storage/formats/reason.h"

namespace setpoint::storage {

struct Budget {
  size_t bytes_left = kExpandedBytesMax;        // Of canonical content.
  size_t alias_nodes_left = kDocumentNodesMax;  // Visited through an alias or a merge key.

  absl::Status TakeAliasNode(uint32_t line) {
    if (alias_nodes_left == 0) return TooLarge(line, "anchors expand to too many nodes");
    --alias_nodes_left;
    return absl::OkStatus();
  }
};

}  // namespace setpoint::storage
