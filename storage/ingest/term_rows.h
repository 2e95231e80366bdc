// The `terms` rows of an entry that stands in the store already: for whoever derives projections again. One thread.
#pragma once

#include <functional>

#include "absl/status/status.h"
#include "storage/base/ids.h"
#include "storage/engine/row_sink.h"
#include "storage/engine/store.h"
#include "storage/projections/projector.h"
#include "storage/projections/terms.h"

namespace setpoint::storage {

// Reads the contents that the entry names first from `rows` and puts its rows into `sink`; after each content
// `make_room` may take them out again. A content that is erased, or missing, has no terms. Entry by entry, in the order
// of the log.
absl::Status PutTermRows(const RowReader& rows, Revision revision, const NewFacts& facts, TermWriter& terms,
                         RowSink& sink, const std::function<absl::Status()>& make_room);

}  // namespace setpoint::storage
