#include "query/entry_json.h"

#include "query/entry_facts.h"
#include "query/time_text.h"

namespace setpoint::query {

void WriteOptional(std::string_view name, std::string_view text, JsonWriter& json) {
  if (text.empty()) {
    json.NullMember(name);
  } else {
    json.Member(name, text);
  }
}

void WriteCommitId(const storage::ObjectId& commit, JsonWriter& json) {
  WriteOptional("commit", commit.IsZero() ? "" : commit.Hex(), json);
}

void WriteContentHash(const storage::Digest& hash, JsonWriter& json) {
  WriteOptional("content_hash", hash.IsZero() ? "" : hash.Hex(), json);
}

void WriteCommitted(const std::optional<storage::Commit>& commit, JsonWriter& json) {
  WriteOptional("committed", commit ? FormatTime(commit->committer.seconds) : "", json);
}

void WriteAuthorship(const std::optional<storage::Commit>& commit, JsonWriter& json) {
  WriteOptional("author", commit ? AuthorText(commit->author) : "", json);
  WriteCommitted(commit, json);
  WriteOptional("message", commit ? Subject(commit->message) : "", json);
}

}  // namespace setpoint::query
