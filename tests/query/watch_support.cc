#include "tests/query/watch_support.h"

#include <gtest/gtest.h>

#include <utility>

#include "query/list.h"
#include "query/view.h"
#include "storage/base/concat.h"

namespace setpoint::test {
namespace {

using query::WatchEvent;

std::string Shown(const std::string& hash, bool stale) { return storage::Concat(hash, stale ? " stale" : ""); }

}  // namespace

std::unique_ptr<query::Watcher> OpenWatcher(const storage::Database& database, query::WatchOptions options) {
  auto watcher = query::Watcher::Open(database, std::move(options));
  EXPECT_TRUE(watcher.ok()) << watcher.status();
  return watcher.ok() ? *std::move(watcher) : nullptr;
}

std::vector<WatchEvent> Drain(query::Watcher& watcher, size_t batch_events) {
  std::vector<WatchEvent> events;
  for (bool caught_up = false; !caught_up;) {
    auto batch = watcher.Next({.events_max = batch_events});
    EXPECT_TRUE(batch.ok()) << batch.status();
    if (!batch.ok()) return events;
    EXPECT_LE(batch->events.size(), batch_events + 1);
    std::move(batch->events.begin(), batch->events.end(), std::back_inserter(events));
    caught_up = batch->caught_up;
  }
  return events;
}

void Fold(const WatchEvent& event, Folded& state) {
  if (event.type != WatchEvent::Type::kChange && event.type != WatchEvent::Type::kState) return;
  if (!event.moved_from.empty()) state.erase(event.moved_from);
  if (event.type == WatchEvent::Type::kChange && event.operation == storage::Operation::kDeleted) {
    state.erase(event.key);
  } else {
    state[event.key] = Shown(event.content_hash.Hex(), event.stale);
  }
}

Folded ListAt(const storage::Database& database, storage::Position at, const query::Selector& selector) {
  query::ListRequest request;
  request.position = at;
  request.selector = selector;
  auto list = query::ListResources(query::View(database), request);
  EXPECT_TRUE(list.ok()) << list.status();
  Folded state;
  if (!list.ok()) return state;
  for (const query::ListItem& item : *list) {
    state[std::string(item.key)] = Shown(database.catalog.digests.HashOf(item.state.content)->Hex(), item.state.stale);
  }
  return state;
}

std::vector<std::string> Encoded(const std::vector<WatchEvent>& events) {
  std::vector<std::string> lines;
  for (const WatchEvent& event : events) lines.push_back(query::EncodeWatchEvent(event));
  return lines;
}

}  // namespace setpoint::test
