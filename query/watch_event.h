// One line of a watch stream (interfaces.md, Watch), and its JSON. Plain data.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "query/entry_facts.h"
#include "query/watch_cursor.h"
#include "storage/base/digest.h"
#include "storage/git/commit.h"
#include "storage/log/entry.h"

namespace setpoint::query {

// The entry that an event belongs to. One object is shared by all its events.
struct WatchEntry {
  EntryFacts facts;
  std::string repository;
  std::string timeline;  // The label of the timeline it stands on: "refs/heads/main".
  // Of the entry that a timeline begins with: what it forked from, and the commit there; revision 0: from nothing.
  std::optional<storage::ForkPoint> base;
  // Nothing where the entry has no commit, or its object is not in the store.
  std::optional<storage::Commit> commit;
};

struct WatchEvent {
  enum class Type {
    kChange,    // A resource changed.
    kEntry,     // What an entry of another cause than `commit` sends first; its `type` is the cause.
    kState,     // A resource of the snapshot. No cursor: a snapshot cut before `synced` starts again.
    kSynced,    // The snapshot is whole.
    kBookmark,  // Nothing happened up to the cursor.
    kClosed,    // The last line: why the stream ends. Resume after the cursor, if at all.
  };

  Type type = Type::kChange;
  WatchCursor cursor;                       // Not of kState.
  std::shared_ptr<const WatchEntry> entry;  // Of kChange, kEntry and kState.
  std::string ref;                          // The ref watched, full name; of kChange, kEntry and kState.
  bool last = false;                        // The last event of its entry that this watch delivers.

  // The resource; of kChange and kState.
  storage::Operation operation = storage::Operation::kCreated;
  bool by_filter = false;    // The filter made the operation another one than the log has.
  bool reformatted = false;  // The file is still there and lost its shape (reformatted.h).
  std::string key;
  std::string moved_from;
  uint8_t format = 0;
  std::string path;
  bool stale = false;
  storage::Digest content_hash;  // Zero when deleted.
  std::string content;           // Canonical JSON; empty when deleted or erased.
  std::string reason;            // Of kClosed: why.
  bool final = false;            // Of kClosed: there is nothing to come back for.
  bool without_cursor = false;   // Of kClosed: in the middle of a snapshot, which starts again.

  // Whether there is a cursor to resume after.
  bool HasCursor() const { return type != Type::kState && !without_cursor; }
};

// A line that whoever drives a watch sends between its events: kSynced, kBookmark or kClosed. Any thread.
WatchEvent MakeMark(WatchEvent::Type type, const WatchCursor& cursor);

// The word of `type`. Any thread.
std::string_view WatchEventTypeName(const WatchEvent& event);

// One JSON object without a line end. Object keys in the order that PROTOCOL.md shows. Any thread.
std::string EncodeWatchEvent(const WatchEvent& event);

}  // namespace setpoint::query
