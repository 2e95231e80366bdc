// A commit or an annotated tag, read from its raw bytes. Tolerant as Git is: a missing author name, a negative or
// absurd date, a header nobody knows are no errors. Pure functions; any thread may call them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/base/object_id.h"

namespace setpoint::storage {

struct Signature {
  std::string name;   // UTF-8: converted from the commit's encoding; bytes that fit none become U+FFFD.
  std::string email;  // Likewise.
  int64_t seconds = 0;       // Since 1970.
  int32_t offset_minutes = 0;  // East of UTC.
};

struct Commit {
  ObjectId tree;
  std::vector<ObjectId> parents;
  Signature author;
  Signature committer;
  std::string message;  // UTF-8, as above.
  bool has_signature = false;  // A gpgsig header stands in it.
};

// Only what the planner needs, without a copy of the message.
struct CommitLinks {
  ObjectId tree;
  std::vector<ObjectId> parents;
  int64_t committed = 0;
};

absl::StatusOr<Commit> ParseCommit(std::string_view raw);
absl::StatusOr<CommitLinks> ParseCommitLinks(std::string_view raw);

struct Tag {
  ObjectId target;
  std::string target_type;  // "commit", "tag", "tree", "blob".
};
absl::StatusOr<Tag> ParseTag(std::string_view raw);

}  // namespace setpoint::storage
