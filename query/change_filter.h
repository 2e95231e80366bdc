// Which changes of the log a question is about: by who made them, when, and what they did. Plain data; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "query/entry_facts.h"
#include "query/field_events.h"
#include "query/label_selector.h"
#include "query/selector.h"
#include "query/signature.h"
#include "storage/formats/format.h"
#include "storage/git/commit.h"
#include "storage/log/entry.h"
#include "storage/projections/positions.h"

namespace setpoint::query {

// All that are set must hold; those of one group of one and the same change.
struct ChangeFilter {
  // Of the commit. Texts are parts, in any ASCII case.
  std::string author;     // Of "Name <email>".
  std::string committer;  // Likewise.
  std::string message;
  bool signed_only = false;     // It carries a signature (whether a good one is not asked).
  SignatureFilter signature{};  // What became of it (MatchesSignature).
  // Committer time, or when this store saw it; seconds, both inclusive.
  std::optional<int64_t> since;
  std::optional<int64_t> until;
  storage::TimeAxis axis = storage::TimeAxis::kCommitted;

  // Of the change.
  std::optional<storage::Operation> operation;
  std::string scope;  // The folder of an environment: what the file's path begins with.
  std::string path;   // Of the file (path_pattern.h).
  std::string kind;   // As in Selector.
  std::optional<std::string> declared_namespace;
  std::string name;
  LabelSelector labels;  // Of the version, or of the one before where it is a deletion; so is a type as `kind`.

  // Of one and the same field of the change.
  std::string field;                 // A pointer with '*' for any step: it came, went or changed there or below.
  std::optional<std::string> value;  // A scalar, strings without quotes: it came or went.

  bool AsksForCommit() const;
  // Lets every commit pass.
  void TakeAnyCommit();
  // The labels and the type, which keys do not tell.
  Selector ContentSelector() const { return {.kind = kind, .labels = labels}; }
  bool NeedsContent() const { return ContentSelector().NeedsContent(); }
  bool AsksForFields() const { return !field.empty() || value.has_value(); }

  bool MatchesCommit(const EntryFacts& entry, const std::optional<storage::Commit>& commit) const;
  bool MatchesPath(std::string_view file_path) const;
  // What key and path alone tell.
  bool MatchesResource(std::string_view key, storage::Format format, std::string_view file_path) const;
  // Whether it asks for a field there with that value (JSON).
  bool TakesField(std::string_view pointer, const std::string& json) const;
  // Leaves the fields that it asks for.
  std::vector<FieldEvent> Wanted(const std::vector<FieldEvent>& fields) const;
};

}  // namespace setpoint::query
