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
  std::string name;            // UTF-8: converted from the commit's encoding; bytes that fit none become U+FFFD.
  std::string email;           // Likewise.
  int64_t seconds = 0;         // Since 1970; 0 where there is no number, or one beyond 64 bits, as Git has it.
  int32_t offset_minutes = 0;  // East of UTC.
  bool operator==(const Signature&) const = default;
};

struct Commit {
  ObjectId tree;
  std::vector<ObjectId> parents;
  Signature author;
  Signature committer;
  std::string message;         // UTF-8, as above.
  bool has_signature = false;  // A gpgsig or gpgsig-sha256 header stands in it.
};

// Only what the planner needs, without a copy of the message.
struct CommitLinks {
  ObjectId tree;
  std::vector<ObjectId> parents;
  int64_t committed = 0;
};

// kDataLoss where there is no tree, or where an id is none.
absl::StatusOr<Commit> ParseCommit(std::string_view raw);
absl::StatusOr<CommitLinks> ParseCommitLinks(std::string_view raw);

struct Tag {
  ObjectId target;
  std::string target_type;  // "commit", "tag", "tree", "blob".
  std::string name;         // UTF-8, as above, as are the two below.
  Signature tagger;         // Empty in tags older than 2005.
  std::string message;
};

// kDataLoss where target or type are missing.
absl::StatusOr<Tag> ParseTag(std::string_view raw);

}  // namespace setpoint::storage
