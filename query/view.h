// What one question looks at: the rows and tables of an open store, up to one revision. Taking `applied` first and
// looking no further makes every answer consistent in itself, whatever is written meanwhile.
// A value; any thread may use it. Must not outlive its database.
#pragma once

#include "storage/base/ids.h"
#include "storage/engine/store.h"
#include "storage/projections/catalog.h"
#include "storage/projections/database.h"

namespace setpoint::query {

struct View {
  explicit View(const storage::Database& database)
      : applied(database.catalog.applied()), rows(*database.store), catalog(database.catalog) {}

  storage::Revision applied;
  const storage::RowReader& rows;
  const storage::Catalog& catalog;
};

}  // namespace setpoint::query
