// What of a store an answer may show: a part of every View, made once for whoever asks (server/handlers), so that no
// query decides by itself. A value, cheap to copy; any thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "storage/base/ids.h"

namespace setpoint::query {

enum class Secrets {
  kRedacted,  // A digest stands in place of each (redaction.h).
  kShown,
};

// A part of the store: all of its members must fit. An empty member fits everything.
struct VisibleScope {
  std::string repository;
  // Full name of a ref: its timeline, and what that forked from up to the fork.
  std::string ref;
  // Whole steps of a path: "apps/web" is itself and what lies below it, not "apps/website".
  std::string path_prefix;
  // Of a ref that only points: where its commit is read. Of an owned one, none.
  storage::Position pointed_at = {};
  bool operator==(const VisibleScope&) const = default;
};

struct Disclosure {
  Secrets secrets = Secrets::kRedacted;
  // What any of them covers can be seen, nothing else is there (visibility.h). Null: everything. Shared with whatever
  // outlives a request, such as a stream.
  std::shared_ptr<const std::vector<VisibleScope>> scopes = nullptr;

  // Equal scopes are equal, whoever holds them.
  bool operator==(const Disclosure& other) const;

  // A word that differs wherever two disclosures may give different answers to one question: part of an ETag.
  std::string Class() const;
};

}  // namespace setpoint::query
