// What one question looks at: the rows and tables of an open store, up to one revision. Taking `applied` first and
// looking no further makes every answer consistent in itself, whatever is written meanwhile.
// It also says what of that may be shown. Contents, hashes and raw texts are read through content.h and raw_text.h,
// which keep to it; nothing else in this folder reads them. A value; any thread may use it. Must not outlive its
// database.
#pragma once

#include <utility>

#include "query/disclosure.h"
#include "storage/base/ids.h"
#include "storage/engine/store.h"
#include "storage/projections/catalog.h"
#include "storage/projections/database.h"

namespace setpoint::query {

struct View {
  // Secrets are redacted unless the caller says otherwise.
  explicit View(const storage::Database& store, Disclosure disclosed = {})
      : applied(store.catalog.applied()),
        database(store),
        rows(*store.rows),
        catalog(store.catalog),
        disclosure(std::move(disclosed)) {}

  storage::Revision applied;
  const storage::Database& database;
  const storage::RowReader& rows;
  const storage::Catalog& catalog;
  Disclosure disclosure;
};

}  // namespace setpoint::query
