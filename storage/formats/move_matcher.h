// Which of the resources that one state has and the next one lacks, and the other way round, are one thing that moved
// (formats.md, Moves). Pure; any thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/base/digest.h"
#include "storage/formats/decoder.h"

namespace setpoint::storage {

struct MoveCandidate {
  std::string_view path;
  std::string_view identity;
  Format format = Format::kFile;
  Digest hash;
};

// Finds the content of a `moved` block of Terraform in the state after, by the path of any file of its module and its
// identity ("moved.aws_x.y"); nothing where that state has none, or only holds it.
using FindMovedBlock =
    std::function<absl::StatusOr<std::optional<std::string>>(std::string_view path, std::string_view identity)>;

// The identity that a `moved` block of this content gives its resource; empty where it names another module's, or none.
// Which instance of the resource it speaks of makes no difference.
std::string MovedBlockTarget(std::string_view content);

// Pairs (index into removed, index into added). Each rule in turn pairs exactly one removed with exactly one added
// resource that no earlier rule took; what is ambiguous stays a deletion and a creation. `moved` blocks come first,
// from one to the next where a resource was renamed more than once. An error is one of `find`, which may be null.
absl::StatusOr<std::vector<std::pair<size_t, size_t>>> MatchMoves(const std::vector<MoveCandidate>& removed,
                                                                  const std::vector<MoveCandidate>& added,
                                                                  const FindMovedBlock& find);

}  // namespace setpoint::storage
