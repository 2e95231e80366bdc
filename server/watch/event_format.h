// How the events of a watch are written on the wire (PROTOCOL.md): a line of JSON each, or a server-sent event each.
// Pure functions; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "query/watch_event.h"

namespace setpoint::server {

enum class EventFormat : uint8_t {
  kLines,       // application/x-ndjson.
  kServerSent,  // text/event-stream: `id` is the cursor, `event` the type, `data` the same JSON.
};

std::string_view ContentTypeOf(EventFormat format);

// What a stream begins with, before its first event; empty: nothing.
std::string_view PreambleOf(EventFormat format);

// Bytes that are no event and that a client skips, for a stream that has nothing to say and no cursor to tell; empty:
// the format knows none.
std::string_view KeepAliveOf(EventFormat format);

void AppendEvent(const query::WatchEvent& event, EventFormat format, std::string& out);

// The format that a request asks for by its `Accept`: lines unless it names text/event-stream.
EventFormat FormatOfAccept(std::string_view accept);

}  // namespace setpoint::server
