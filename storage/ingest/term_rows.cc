#include "storage/ingest/term_rows.h"

#include <optional>
#include <string>
#include <variant>

#include "storage/log/content_store.h"

namespace setpoint::storage {

absl::Status PutTermRows(const RowReader& rows, Revision revision, const NewFacts& facts, TermWriter& terms,
                         RowSink& sink, const std::function<absl::Status()>& make_room) {
  for (const auto& [change, key] : facts.contents) {
    absl::StatusOr<std::optional<ContentRecord>> record = ReadContentRecord(rows, key);
    if (!record.ok()) return record.status();
    const auto* json = record->has_value() ? std::get_if<std::string>(&**record) : nullptr;
    absl::Status status = terms.AddContent(key, json != nullptr ? *json : "", sink);
    if (status.ok()) status = make_room();
    if (!status.ok()) return status;
  }
  for (const auto& [resource, other] : facts.borrowed) terms.AddBorrowed(resource, other);
  terms.Finish(revision, sink);
  return absl::OkStatus();
}

}  // namespace setpoint::storage
