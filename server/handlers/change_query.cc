#include "server/handlers/change_query.h"

#include <string>
#include <utility>

#include "query/label_selector.h"
#include "query/signature.h"
#include "server/handlers/time_query.h"
#include "storage/base/concat.h"

namespace setpoint::server {
namespace {

absl::Status SetField(const std::string& field, query::ChangeFilter& filter) {
  filter.field = field;
  if (field.empty() || field.front() == '/') return absl::OkStatus();
  return absl::InvalidArgumentError(
      storage::Concat("field '", field, "' is no JSON pointer; write it as /spec/replicas, with * for any step"));
}

absl::Status SetSigned(const std::string& word, query::ChangeFilter& filter) {
  if (word.empty() || word == "false") return absl::OkStatus();
  auto signature = query::ParseSignatureFilter(word);
  if (!signature.ok()) return signature.status();
  filter.signature = *signature;
  return absl::OkStatus();
}

}  // namespace

absl::Status TakeResourceFilter(QueryReader& query, query::ChangeFilter& filter) {
  filter.path = query.Take("path").value_or("");
  filter.kind = query.Take("kind").value_or("");
  filter.declared_namespace = query.Take("namespace");
  filter.name = query.Take("name").value_or("");
  auto labels = query::LabelSelector::Parse(query.Take("label").value_or(""));
  if (!labels.ok()) return labels.status();
  filter.labels = *std::move(labels);
  return SetField(query.Take("field").value_or(""), filter);
}

absl::Status TakeChangeQuery(QueryReader& query, int64_t now, storage::TimeAxis axis, ChangeQuery& change) {
  query::ChangeFilter& filter = change.filter;
  filter.value = query.Take("value");
  filter.author = query.Take("author").value_or("");
  filter.committer = query.Take("committer").value_or("");
  filter.message = query.Take("message").value_or("");
  filter.axis = axis;
  if (absl::Status status = TakeResourceFilter(query, filter); !status.ok()) return status;
  if (absl::Status status = SetSigned(query.Take("signed").value_or(""), filter); !status.ok()) return status;
  auto times = TakeTimeRange(query, now);
  if (!times.ok()) return times.status();
  filter.since = times->since;
  filter.until = times->until;
  change.by_clock = times->by_clock;
  return absl::OkStatus();
}

}  // namespace setpoint::server
