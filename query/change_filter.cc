#include "query/change_filter.h"

#include <algorithm>
#include <iterator>

#include "query/json_value.h"
#include "query/path_pattern.h"
#include "query/redaction.h"
#include "query/selector.h"
#include "query/text.h"

namespace setpoint::query {
namespace {

// In ASCII case; other letters must be written as they stand.
bool Contains(std::string_view text, std::string_view part) {
  return part.empty() || LowerCase(text).find(LowerCase(part)) != std::string::npos;
}

bool IsScalar(const std::optional<std::string>& json, std::string_view scalar) {
  if (!json || IsRedacted(*json)) return false;
  if (json->starts_with('"')) return UnescapeJsonString(*json) == scalar;
  return *json == scalar;
}

}  // namespace

bool ChangeFilter::AsksForCommit() const {
  return !author.empty() || !committer.empty() || !message.empty() || signed_only || signature.AsksForCommit() ||
         since || until;
}

bool ChangeFilter::MatchesCommit(const EntryFacts& entry, const std::optional<storage::Commit>& commit) const {
  const bool observed = axis == storage::TimeAxis::kObserved;
  if ((since || until) && (observed || commit)) {
    const int64_t time = observed ? entry.observed : commit->committer.seconds;
    if ((since && time < *since) || (until && time > *until)) return false;
  }
  if (!commit)
    return author.empty() && committer.empty() && message.empty() && !signed_only && (observed || (!since && !until));
  return Contains(AuthorText(commit->author), author) && Contains(AuthorText(commit->committer), committer) &&
         Contains(commit->message, message) && (!signed_only || commit->has_signature);
}

void ChangeFilter::TakeAnyCommit() {
  author.clear();
  committer.clear();
  message.clear();
  signed_only = false;
  signature = {};
  since.reset();
  until.reset();
}

bool ChangeFilter::MatchesPath(std::string_view file_path) const {
  return file_path.starts_with(scope) && PathMatches(path, file_path);
}

bool ChangeFilter::MatchesResource(std::string_view key, storage::Format format, std::string_view file_path) const {
  if (!MatchesPath(file_path)) return false;
  Selector selector;
  selector.kind = kind;
  selector.declared_namespace = declared_namespace;
  selector.name = name;
  return selector.Matches(key, format, file_path);
}

bool ChangeFilter::TakesField(std::string_view pointer, const std::string& json) const {
  return PointerMatches(field, pointer) && (!value || IsScalar(json, *value));
}

std::vector<FieldEvent> ChangeFilter::Wanted(const std::vector<FieldEvent>& fields) const {
  std::vector<FieldEvent> wanted;
  std::copy_if(fields.begin(), fields.end(), std::back_inserter(wanted), [&](const FieldEvent& each) {
    return PointerMatches(field, each.pointer) && (!value || IsScalar(each.from, *value) || IsScalar(each.to, *value));
  });
  return wanted;
}

}  // namespace setpoint::query
