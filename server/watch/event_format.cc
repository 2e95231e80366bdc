#include "server/watch/event_format.h"

#include "query/text.h"

namespace setpoint::server {
namespace {

constexpr std::string_view kServerSentType = "text/event-stream";

// How long a browser waits before it comes back, in milliseconds: soon, since resuming is cheap.
constexpr std::string_view kServerSentPreamble = "retry: 1000\n\n";

}  // namespace

std::string_view ContentTypeOf(EventFormat format) {
  return format == EventFormat::kLines ? "application/x-ndjson" : kServerSentType;
}

std::string_view PreambleOf(EventFormat format) {
  return format == EventFormat::kLines ? std::string_view() : kServerSentPreamble;
}

std::string_view KeepAliveOf(EventFormat format) {
  return format == EventFormat::kLines ? std::string_view() : std::string_view(": keep-alive\n\n");
}

void AppendEvent(const query::WatchEvent& event, EventFormat format, std::string& out) {
  const std::string json = query::EncodeWatchEvent(event);
  if (format == EventFormat::kLines) {
    out.append(json).push_back('\n');
    return;
  }
  // A resource of a snapshot has no cursor: without an `id` the client goes on resuming after the one it had, so a
  // snapshot that is cut starts again.
  if (event.HasCursor()) out.append("id: ").append(event.cursor.Text()).push_back('\n');
  out.append("event: ").append(query::WatchEventTypeName(event)).push_back('\n');
  // Compact JSON has no line break, so one `data` line holds it.
  out.append("data: ").append(json).append("\n\n");
}

EventFormat FormatOfAccept(std::string_view accept) {
  const bool asked = query::LowerCase(accept).find(kServerSentType) != std::string::npos;
  return asked ? EventFormat::kServerSent : EventFormat::kLines;
}

}  // namespace setpoint::server
