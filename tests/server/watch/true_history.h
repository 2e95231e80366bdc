// What truly happened, read from the log and from lists: not by the code that watches. Fails the running test where the
// store cannot be read. One thread.
#pragma once

#include <string>

#include "query/selector.h"
#include "storage/projections/database.h"
#include "tests/server/watch/recorded_watch.h"

namespace setpoint::test {

struct WatchedPart {
  std::string ref;  // Full name; empty: the default branch; "*": every owned ref.
  query::Selector selector;
};

TrueHistory ReadTrueHistory(const storage::Database& database, const WatchedPart& part);

}  // namespace setpoint::test
