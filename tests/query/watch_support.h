// What tests of the watch share: drains a watcher, and keeps the state that its events add up to. One thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "query/selector.h"
#include "query/watcher.h"
#include "storage/projections/database.h"

namespace setpoint::test {

// key → content hash (hex) and staleness: what a list and a folded stream must agree on.
using Folded = std::map<std::string, std::string>;

// Opens a watch that must open.
std::unique_ptr<query::Watcher> OpenWatcher(const storage::Database& database, query::WatchOptions options);

// All events until it has caught up, asked for in batches of `batch_events`. Fails the test where Next fails.
std::vector<query::WatchEvent> Drain(query::Watcher& watcher, size_t batch_events);

// Applies the changes of one whole entry, or the events of a snapshot.
void Fold(const query::WatchEvent& event, Folded& state);

// The list with that selector at a position.
Folded ListAt(const storage::Database& database, storage::Position at, const query::Selector& selector);

// One line for each event, as it is sent.
std::vector<std::string> Encoded(const std::vector<query::WatchEvent>& events);

}  // namespace setpoint::test
