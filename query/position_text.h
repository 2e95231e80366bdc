// The forms that a POSITION can be written in (design.md, Positions and time), told apart by their looks alone; what
// they stand for in a store is position.h's question. Pure functions; any thread may call them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "storage/base/ids.h"
#include "storage/base/object_id.h"

namespace setpoint::query {

struct PositionText {
  enum class Form {
    kDefault,        // Nothing, or HEAD.
    kRevision,       // r123
    kCommit,         // forty hex digits
    kRefAtRevision,  // REF@{r123}
    kRefAtTime,      // REF@{TIME}
    kName,           // a ref, else an abbreviated commit id, else a TIME
  };

  Form form = Form::kDefault;
  storage::Revision revision;  // Of kRevision and kRefAtRevision.
  storage::ObjectId commit;    // Of kCommit.
  std::string name;            // Of kName, and the REF before @{…}; there empty or HEAD is the default branch.
  int64_t seconds = 0;         // Of kRefAtTime.
};

// kInvalidArgument where nothing could be meant: `REF@{…}` with neither a revision nor a moment, `~N` and `^`.
absl::StatusOr<PositionText> ParsePositionText(std::string_view text, int64_t now);

// Whether a name may be an abbreviated commit id: 7 to 39 hex digits.
bool IsCommitAbbreviation(std::string_view name);

}  // namespace setpoint::query
