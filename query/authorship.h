// Who made an entry: its facts and its commit. Remembers what it has read, since answers name the same few entries
// again and again. One thread at a time.
#pragma once

#include <optional>

#include "absl/container/node_hash_map.h"
#include "absl/status/statusor.h"
#include "query/entry_facts.h"
#include "query/view.h"
#include "storage/git/commit.h"

namespace setpoint::query {

struct Authorship {
  EntryFacts entry;
  std::optional<storage::Commit> commit;  // Nothing where the entry is of no commit, or its object is not here.
};

class AuthorshipCache {
 public:
  AuthorshipCache(const View& view, storage::RepositoryId repository) : view_(view), repository_(repository) {}

  // Valid as long as this. Errors as ReadEntryFacts and ReadCommit.
  absl::StatusOr<const Authorship*> Read(storage::Revision revision);

 private:
  View view_;
  const storage::RepositoryId repository_;
  absl::node_hash_map<storage::Revision, Authorship> known_;
};

}  // namespace setpoint::query
