// A named reader of the stream as answers show it. Plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "query/json_writer.h"
#include "query/watch_cursor.h"
#include "storage/projections/consumers.h"

namespace setpoint::query {

// What stands on the refs that a consumer watches after its cursor. Counted up to a bound: a reader that is thousands
// of entries behind is that, however many they are.
struct ConsumerLag {
  uint64_t revisions = 0;  // Entries of these refs with something after the cursor.
  uint64_t changes = 0;    // Their changes after the cursor, whatever the reader's filter takes of them.
  int64_t seconds = 0;     // How long the oldest of these entries has been there; 0: there is none.
  bool at_least = false;   // There are more than were counted.
};

// Whether a consumer has acknowledged all that a commit brought to the refs it watches.
struct CommitSeen {
  bool seen = false;
  storage::Revision landed;  // The first entry there that brought it; 0: it has not reached them.
};

struct ConsumerItem {
  storage::Consumer consumer;
  std::string repository;            // Empty: what it watches is not to be found in the store.
  std::optional<ConsumerLag> lag;    // Likewise.
  std::optional<CommitSeen> commit;  // Where one was asked about.

  WatchCursor cursor() const { return {consumer.revision, consumer.index}; }
};

// name, cursor (null: it acknowledged nothing), revision, acknowledged, repository, watch, owner (null: nobody), lag;
// seen and landed (null: it has not) where a commit was asked about.
void WriteConsumer(const ConsumerItem& item, JsonWriter& json);

}  // namespace setpoint::query
