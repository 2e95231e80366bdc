// A watch as its handler opened it and its stream drives it. Plain data.
#pragma once

#include <chrono>
#include <memory>

#include "query/watcher.h"
#include "server/watch/event_format.h"

namespace setpoint::server {

struct OpenedWatch {
  std::unique_ptr<query::Watcher> watcher;  // Where it begins.
  query::WatchOptions options;              // By which it is opened again, from another cursor.
  EventFormat format = EventFormat::kLines;
  std::chrono::milliseconds bookmark_interval{0};
};

}  // namespace setpoint::server
