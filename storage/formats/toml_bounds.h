// A look at TOML text before toml++ reads it: that library builds a tree node by node and walks it by recursion, so how
// deep and how large it becomes must be known first.
#pragma once

#include <string_view>

#include "absl/status/status.h"

namespace setpoint::storage {

// ResourceExhausted where the text may nest deeper than kDocumentDepthMax or hold more than kDocumentNodesMax values.
// Text that is not TOML may pass or not.
absl::Status CheckTomlBounds(std::string_view text);

}  // namespace setpoint::storage
