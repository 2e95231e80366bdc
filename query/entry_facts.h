// What answers say of an entry: its timeline, cause and commit, and who made the commit when. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "query/view.h"
#include "storage/base/ids.h"
#include "storage/base/object_id.h"
#include "storage/git/commit.h"
#include "storage/log/entry.h"

namespace setpoint::query {

struct EntryFacts {
  storage::Revision revision;
  storage::TimelineId timeline;  // None for `refs`.
  storage::Cause cause = storage::Cause::kCommit;
  storage::ObjectId commit;
  storage::ObjectId commit_before;  // In a reset.
  int64_t observed = 0;
};

// kNotFound where the revision is not applied; kDataLoss where the log is damaged.
absl::StatusOr<EntryFacts> ReadEntryFacts(const View& view, storage::Revision revision);

// The commit as Git has it; nothing where its object is not in the store, or the id is zero.
absl::StatusOr<std::optional<storage::Commit>> ReadCommit(const View& view, storage::RepositoryId repository,
                                                          const storage::ObjectId& commit);

// Remembers what it has read: lists name the same few entries again and again. One thread at a time.
class EntryFactsCache {
 public:
  explicit EntryFactsCache(const View& view) : view_(view) {}
  absl::StatusOr<EntryFacts> Read(storage::Revision revision);

 private:
  View view_;
  absl::flat_hash_map<storage::Revision, EntryFacts> known_;
};

// "Ada Lovelace <ada@example.org>", either part alone where the other is missing.
std::string AuthorText(const storage::Signature& signature);
// The first line of a message.
std::string_view Subject(std::string_view message);

// The words of design.md: "commit", "ref_created" … and "created", "decode_failed" …
std::string_view CauseName(storage::Cause cause);
std::string_view OperationName(storage::Operation operation);
std::optional<storage::Cause> CauseFromName(std::string_view name);
std::optional<storage::Operation> OperationFromName(std::string_view name);

}  // namespace setpoint::query
