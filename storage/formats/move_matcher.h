// Which of an entry's removed and added resources are one thing that moved (formats.md, Moves). Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "storage/base/digest.h"
#include "storage/formats/decoder.h"

namespace setpoint::storage {

struct MoveCandidate {
  std::string_view path;
  std::string_view identity;
  Format format = Format::kFile;
  Digest hash;
};

// What `moved` blocks of Terraform declare: the key that a resource had → the one that it has now.
using DeclaredMoves = absl::flat_hash_map<std::string, std::string>;

// The key of the `moved` block that would speak of a resource: "d/#moved.aws_x.y" of "d/#aws_x.y". Empty where none
// can: the key has an ordinal, or is no address.
std::string MovedBlockKey(std::string_view key);
// The key that a `moved` block of this key and content gives its resource; empty where it names another module's, or
// none. Which instance of the resource it speaks of makes no difference.
std::string MovedBlockTarget(std::string_view block_key, std::string_view content);

// Pairs (index into removed, index into added). Each rule in turn pairs exactly one removed with exactly one added
// resource that no earlier rule took; what is ambiguous stays a deletion and a creation.
std::vector<std::pair<size_t, size_t>> MatchMoves(const std::vector<MoveCandidate>& removed,
                                                  const std::vector<MoveCandidate>& added,
                                                  const DeclaredMoves& declared = {});

}  // namespace setpoint::storage
