// The members that a mapping has once merge keys (`<<`) are followed.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "storage/formats/budget.h"
#include "storage/formats/decoder.h"
#include "storage/formats/document.h"
#include "storage/formats/scalar_typing.h"

namespace setpoint::storage {

struct MappingEntry {
  NodeIndex key = kNoNode;  // A scalar, or a collection that stands as a key; never an alias.
  NodeIndex value = kNoNode;
  bool own = true;  // Written in this mapping, not merged into it.
};

// Appends the entries of `mapping` so that of equal keys the last one counts. go-yaml v2 (kKubernetes) sets keys in the
// order of the text, so that a merge after a key overrides it, and wants a mapping or a list of mappings to merge;
// elsewhere a mapping's own keys win over merged ones, the first merged over later ones, and a `<<` of anything else is
// an ordinary key. InvalidArgument: a merge of what is no mapping. ResourceExhausted: the budget, or merges nested too
// deeply.
absl::Status AppendEntries(const Document& document, Typing typing, NodeIndex mapping, Budget& budget,
                           std::vector<MappingEntry>& entries);

// The members that count, in the order of the text: of equal keys the last. Keys are scalars; others are left out.
// Empty where `node` is no mapping, or its merges pass every bound.
std::vector<MappingEntry> EffectiveMembers(const Document& document, NodeIndex node);

// The lines that a member is written on.
LineRange LinesOf(const Document& document, const MappingEntry& member);

// The value of a key that is a scalar of this text, aliases followed; kNoNode where there is none or `node` is no
// mapping. Looks at the mapping's own keys first, then through merges.
NodeIndex FindMember(const Document& document, NodeIndex node, std::string_view key);

}  // namespace setpoint::storage
