// Which of an entry's removed and added resources are one thing that moved (formats.md, Moves; rules 2 to 4, rule 1
// belongs to Terraform's decoder). Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/base/digest.h"
#include "storage/formats/decoder.h"

namespace setpoint::storage {

struct MoveCandidate {
  std::string_view path;
  std::string_view identity;
  Format format = Format::kFile;
  Digest hash;
};

// Pairs (index into removed, index into added). Each rule in turn pairs exactly one removed with exactly one added
// resource that no earlier rule took; what is ambiguous stays a deletion and a creation.
std::vector<std::pair<size_t, size_t>> MatchMoves(const std::vector<MoveCandidate>& removed,
                                                  const std::vector<MoveCandidate>& added);

}  // namespace setpoint::storage
