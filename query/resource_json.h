// Resources as JSON objects: those of `list`, and that of `get`. Any thread, one writer each.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "query/derived_attributes.h"
#include "query/entry_facts.h"
#include "query/json_writer.h"
#include "query/list.h"
#include "query/position.h"
#include "query/view.h"
#include "storage/projections/versions.h"

namespace setpoint::query {

enum class ContentPart { kLeaveOut, kInclude };

// Writes the objects of one list. Remembers the entries it has read. One thread at a time.
class ListJsonWriter {
 public:
  // `derived`: of the state that is listed; null: without. Not owned.
  ListJsonWriter(const View& view, ContentPart content, const DerivedState* derived = nullptr)
      : view_(view), content_(content), derived_(derived), entries_(view) {}

  // One object: key, format, kind, group, namespace, name, path, revision, commit, content_hash, stale [, derived]
  // [, content].
  absl::Status Write(const ListItem& item, JsonWriter& json);

 private:
  View view_;
  ContentPart content_;
  const DerivedState* derived_;
  EntryFactsCache entries_;
};

// One object: the members of a list's, then position, version (of the entry that gave it: revision, index, timeline,
// commit, author, committed, message, operation, moved_from, origin) and content. kNotFound where the content was
// erased.
// With `derived`, of the state at the position, the member derived too.
absl::Status WriteResource(const View& view, const ResolvedPosition& position, const storage::Version& version,
                           JsonWriter& json, const DerivedState* derived = nullptr);

// The members key, format, kind, group, namespace and name of an open object.
void WriteIdentity(std::string_view key, uint8_t format, JsonWriter& json);

}  // namespace setpoint::query
