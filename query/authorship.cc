#include "query/authorship.h"

#include <utility>

namespace setpoint::query {

absl::StatusOr<const Authorship*> AuthorshipCache::Read(storage::Revision revision) {
  if (const auto found = known_.find(revision); found != known_.end()) return &found->second;
  auto entry = ReadEntryFacts(view_, revision);
  if (!entry.ok()) return entry.status();
  auto commit = ReadCommit(view_, repository_, entry->commit);
  if (!commit.ok()) return commit.status();
  return &known_.emplace(revision, Authorship{*entry, *std::move(commit)}).first->second;
}

}  // namespace setpoint::query
