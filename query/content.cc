#include "query/content.h"

#include "storage/base/concat.h"
#include "storage/log/content_store.h"

namespace setpoint::query {

absl::StatusOr<std::string> ReadContentJson(const View& view, const storage::ContentKey& content) {
  auto json = storage::ReadContent(view.rows, content);
  if (!json.ok()) return json.status();
  if (json->has_value()) return **std::move(json);
  return absl::DataLossError(storage::Concat("the content that r", content.revision.value, " names for ",
                                             view.catalog.names.ResourceKey(content.resource),
                                             " is not in the store; run `setpoint verify`"));
}

}  // namespace setpoint::query
