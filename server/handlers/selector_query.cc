#include "server/handlers/selector_query.h"

#include <utility>

#include "query/errors.h"
#include "storage/base/concat.h"
#include "storage/formats/decoder.h"

namespace setpoint::server {

absl::StatusOr<query::Selector> TakeSelector(QueryReader& query) {
  query::Selector selector;
  selector.kind = query.Take("kind").value_or("");
  selector.declared_namespace = query.Take("namespace");
  selector.name = query.Take("name").value_or("");
  selector.path_prefix = query.Take("path").value_or("");
  if (const auto format = query.Take("format")) {
    selector.format = storage::FormatFromName(*format);
    if (!selector.format.has_value()) {
      return query::InvalidArgument(query::reason::kBadSelector, storage::Concat("there is no format '", *format, "'"));
    }
  }
  if (const auto label = query.Take("label")) {
    auto labels = query::LabelSelector::Parse(*label);
    if (!labels.ok()) return labels.status();
    selector.labels = *std::move(labels);
  }
  for (const std::string& text : query.TakeAll("field")) {
    auto field = query::ParseFieldFilter(text);
    if (!field.ok()) return field.status();
    selector.fields.push_back(*std::move(field));
  }
  return selector;
}

}  // namespace setpoint::server
