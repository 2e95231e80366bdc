// Reads a text/event-stream as the HTML standard says (9.2.6), and refuses what a server of ours must not send: fields
// that the standard does not know, carriage returns, an event that is not ended by an empty line. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace setpoint::test {

struct ServerSentEvent {
  std::string type;  // "message" where none was given.
  std::string data;
  std::string last_event_id;  // As the client would send it on reconnecting now.
  bool has_id = false;        // This event changed it.
};

class SseParser {
 public:
  // One line without its line feed. kInvalidArgument: not what may stand there.
  absl::Status TakeLine(std::string_view line);

  // The events that are whole, oldest first; each is given once.
  std::vector<ServerSentEvent> TakeEvents();
  size_t comments() const { return comments_; }
  // Milliseconds; empty: none was sent.
  const std::string& retry() const { return retry_; }
  // Nothing of an event that has not ended.
  bool AtBoundary() const { return !has_data_ && type_.empty(); }

 private:
  absl::Status TakeField(std::string_view name, std::string_view value);
  void Dispatch();

  std::vector<ServerSentEvent> events_;
  std::string type_;
  std::string data_;
  bool has_data_ = false;
  bool has_id_ = false;
  std::string last_event_id_;
  std::string retry_;
  size_t comments_ = 0;
};

}  // namespace setpoint::test
