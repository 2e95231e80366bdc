// Some events of one projection, encoded once for everybody who is sent them. Immutable; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "query/watch_cursor.h"
#include "query/watch_event.h"
#include "server/http/output.h"
#include "server/watch/event_format.h"

namespace setpoint::server {

class EventBatch {
 public:
  // `upto`: where a reader stands that was sent the batch; at or after the cursor of its last event.
  static std::shared_ptr<const EventBatch> Encode(const std::vector<query::WatchEvent>& events, EventFormat format,
                                                  const query::WatchCursor& upto);
  // Bytes that are no events.
  static std::shared_ptr<const EventBatch> OfText(std::string_view text, const query::WatchCursor& upto);

  // The bytes as they are written: with their chunk around them, or alone.
  std::string_view Bytes(Output::Framing framing) const;

  const query::WatchCursor& upto() const { return upto_; }
  size_t event_count() const { return marks_.size(); }
  size_t bytes() const { return framed_.size(); }

  // Whether all of it comes after `cursor`.
  bool StartsAfter(const query::WatchCursor& cursor) const { return marks_.empty() || cursor < marks_.front().cursor; }
  // The events after `cursor`, copied; null where there are none.
  std::shared_ptr<const EventBatch> TailAfter(const query::WatchCursor& cursor) const;

 private:
  struct Mark {
    query::WatchCursor cursor;
    uint32_t begin = 0;  // Of the event, in framed_.
  };

  explicit EventBatch(const query::WatchCursor& upto) : upto_(upto) {}
  void Begin();
  void Finish();

  query::WatchCursor upto_;
  std::vector<Mark> marks_;
  std::string framed_;
};

}  // namespace setpoint::server
