#include "tools/setpoint/watch_store.h"

#include <chrono>
#include <memory>
#include <thread>
#include <utility>

#include "storage/log/meta.h"
#include "tools/setpoint/data_directory.h"

namespace setpoint::tools {
namespace {

// How often a store that another process writes is looked at.
constexpr std::chrono::milliseconds kLookInterval{500};

std::string_view TypeOf(const query::WatchEvent& event) {
  switch (event.type) {
    case query::WatchEvent::Type::kChange:
      return "change";
    case query::WatchEvent::Type::kState:
      return "state";
    case query::WatchEvent::Type::kSynced:
      return "synced";
    case query::WatchEvent::Type::kBookmark:
      return "bookmark";
    case query::WatchEvent::Type::kClosed:
      return "closed";
    case query::WatchEvent::Type::kEntry:
      return query::CauseName(event.entry->facts.cause);
  }
  return "";
}

absl::StatusOr<WatchSink::Next> Pass(const query::WatchEvent& event, WatchSink& sink) {
  const std::string text = query::EncodeWatchEvent(event);
  WatchLine line;
  line.text = text;
  line.type = std::string(TypeOf(event));
  if (event.type != query::WatchEvent::Type::kState) line.cursor = event.cursor.Text();
  line.last = event.last;
  line.final = event.final;
  return sink.Take(line);
}

// Waits until the store has something beyond `applied`. kCancelled where the user has enough.
absl::Status AwaitNews(const std::string& directory, storage::Revision applied,
                       const std::function<bool()>& interrupted) {
  while (!interrupted()) {
    std::this_thread::sleep_for(kLookInterval);
    auto store = storage::Store::Open(directory, {.mode = storage::OpenMode::kReadOnly});
    if (!store.ok()) return store.status();
    const auto newest = storage::ReadApplied(**store);
    if (!newest.ok()) return newest.status();
    if (*newest > applied) return absl::OkStatus();
  }
  return absl::CancelledError("interrupted");
}

enum class Reached { kEnd, kCaughtUp };

// Everything that the store as it was opened has.
absl::StatusOr<Reached> PassAll(query::Watcher& watcher, Bookmarks bookmarks, WatchSink& sink,
                                const std::function<bool()>& interrupted) {
  while (true) {
    auto batch = watcher.Next({});
    if (!batch.ok()) return batch.status();
    for (const query::WatchEvent& event : batch->events) {
      auto next = Pass(event, sink);
      if (!next.ok()) return next.status();
      if (*next == WatchSink::Next::kEnough) return Reached::kEnd;
    }
    if (batch->ended) return Reached::kEnd;
    if (interrupted()) return absl::CancelledError("interrupted");
    if (!batch->caught_up) continue;
    if (bookmarks == Bookmarks::kNone) return Reached::kCaughtUp;
    auto next = Pass(query::MakeMark(query::WatchEvent::Type::kBookmark, watcher.cursor()), sink);
    if (!next.ok()) return next.status();
    return *next == WatchSink::Next::kEnough ? Reached::kEnd : Reached::kCaughtUp;
  }
}

}  // namespace

// A store that is opened for reading shows what it held then: it is opened again for what came since.
absl::Status WatchStore(const std::string& data, query::WatchOptions options, Bookmarks bookmarks, WatchSink& sink,
                        const std::function<bool()>& interrupted) {
  auto database = OpenForReading(data);
  while (true) {
    if (!database.ok()) return database.status();
    // Anew each time: what an environment is may have changed.
    auto entered = query::EnterEnvironment(**database, options);
    if (!entered.ok()) return entered.status();
    auto watcher = query::Watcher::Open(**database, *entered);
    if (!watcher.ok()) return watcher.status();
    auto reached = PassAll(**watcher, bookmarks, sink, interrupted);
    if (!reached.ok()) return reached.status();
    if (*reached == Reached::kEnd) return absl::OkStatus();
    options.from = (*watcher)->cursor().Text();
    options.snapshot = false;
    const storage::Revision applied = (*database)->catalog.applied();
    const std::string directory = (*database)->directory;
    if (absl::Status status = AwaitNews(directory, applied, interrupted); !status.ok()) return status;
    watcher->reset();
    database = storage::Database::Open(directory, {.mode = storage::OpenMode::kReadOnly});
  }
}

}  // namespace setpoint::tools
