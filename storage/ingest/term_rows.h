// The `terms` row of an entry that stands in the store already: for whoever derives projections again. One thread.
#pragma once

#include "absl/status/status.h"
#include "storage/base/ids.h"
#include "storage/engine/row_sink.h"
#include "storage/engine/store.h"
#include "storage/projections/projector.h"
#include "storage/projections/terms.h"

namespace setpoint::storage {

// Reads the contents that the entry names first from `rows` and puts its row into `sink`. A content that is erased, or
// missing, has no terms. Entry by entry, in the order of the log.
absl::Status PutTermRow(const RowReader& rows, Revision revision, const NewFacts& facts, TermWriter& terms,
                        RowSink& sink);

}  // namespace setpoint::storage
