// Who gave each field of a resource the value that it has (design.md, History and blame): through moves, reformats,
// merges and versions that were held, to the commit that wrote it. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "query/view.h"
#include "storage/base/ids.h"

namespace setpoint::query {

// Why there is no blame; the words are part of the interface, as those of errors.h.
namespace reason {
inline constexpr std::string_view kUnknownField = "unknown-field";
inline constexpr std::string_view kBadPointer = "bad-pointer";
}  // namespace reason

struct BlameRequest {
  storage::RepositoryId repository;
  storage::Position position;
  std::string key;
  std::string pointer;  // Only this place and what lies below it; empty: everything.
};

// A scalar, or an object or list without anything in it.
struct BlameField {
  std::string pointer;
  std::string value;                  // JSON.
  storage::Revision revision = {};    // The entry that wrote it.
  storage::ResourceId resource = {};  // The key that it had there.
  storage::Revision landed = {};      // The entry by which it reached the timeline read.
};

// In the order of the document. Costs the versions of this resource alone: it goes from each to those that its commit
// found at its parents, as long as they have one of the fields with an equal value. A version whose content was erased
// has no fields.
// kNotFound: unknown-resource as GetResource has it; unknown-field where the pointer names nothing. kInvalidArgument
// (bad-pointer) where it is none.
absl::StatusOr<std::vector<BlameField>> ReadBlame(const View& view, const BlameRequest& request);

}  // namespace setpoint::query
