// What makes an entry well-formed by itself, checked before it is written and after it is read. Pure; any thread.
#pragma once

#include <string_view>

#include "storage/log/entry.h"

namespace setpoint::storage {

// Which rule the entry breaks, as one sentence; empty where it is valid:
//  - every number is one of its enum, and `derived` is not in use yet;
//  - a `refs` entry has a repository and no timeline, files or changes; pointers are in `refs` entries only; every
//    other cause but `void` and `cut` has a timeline; `commit_before` is in resets only; a birth names its repository;
//  - files are in order of path bytes, each path once; an absent file has neither blob nor outcome;
//  - changes are in order of key bytes, each key once, deletions last; each names a file of the entry; a deletion has
//    no content and any other change has; `moved_from` is there exactly in moves; a failed decode is stale.
std::string_view BrokenRule(const Entry& entry);

// Whether a byte of the log is a cause that this program knows.
constexpr bool IsKnownCause(Cause cause) { return cause >= Cause::kCommit && cause <= Cause::kCut; }

}  // namespace setpoint::storage
