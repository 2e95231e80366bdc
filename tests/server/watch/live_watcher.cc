#include "tests/server/watch/live_watcher.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

#include "query/json_value.h"
#include "storage/base/concat.h"

namespace setpoint::test {

using query::JsonValue;
using query::WatchCursor;
using storage::Concat;

int64_t NowMilliseconds() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

LiveWatcher::LiveWatcher(WatcherPlan plan) : plan_(std::move(plan)) { record_.name = plan_.name; }

LiveWatcher::~LiveWatcher() {
  if (socket_ >= 0) close(socket_);
}

void LiveWatcher::Cut() {
  if (socket_ < 0) return;
  close(socket_);
  socket_ = -1;
  if (has_header_) record_.connections.back().closed_ms = NowMilliseconds();
}

void LiveWatcher::Connect(uint16_t port) {
  socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int small = 8'192;  // What the kernel holds for a watcher that stalls is soon full.
  setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    close(socket_);
    socket_ = -1;
    return;
  }
  // A snapshot that was cut starts again: it gave no cursor.
  WatchConnection connection;
  connection.from = cursor_.has_value() ? cursor_->Text() : begin_;
  connection.snapshot = plan_.snapshot && !cursor_.has_value();
  connection.opened_ms = connection.closed_ms = NowMilliseconds();
  std::string request = Concat("GET /v1/watch?", plan_.query, "&from=", connection.from,
                               connection.snapshot ? "&snapshot=true" : "", " HTTP/1.1\r\nHost: localhost\r\n");
  if (plan_.server_sent) request.append("Accept: text/event-stream\r\n");
  request.append("\r\n");
  if (send(socket_, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) {
    close(socket_);
    socket_ = -1;
    return;
  }
  fcntl(socket_, F_SETFL, O_NONBLOCK);
  record_.connections.push_back(std::move(connection));
  has_header_ = false;
  received_.clear();
  text_.clear();
  parser_ = SseParser();
}

void LiveWatcher::Pump(uint16_t port) {
  if (ended_ || !HasBegun()) return;
  if (socket_ < 0) Connect(port);
  if (socket_ >= 0) TakeBytes();
}

void LiveWatcher::TakeBytes() {
  std::array<char, 65'536> bytes;
  while (true) {
    const ssize_t size = recv(socket_, bytes.data(), bytes.size(), 0);
    if (size < 0 && errno == EAGAIN) return;
    if (size > 0) received_.append(bytes.data(), static_cast<size_t>(size));
    if (!has_header_ && !TakeHeader()) {
      if (size > 0) continue;
      // It never became a stream.
      record_.connections.pop_back();
      close(socket_);
      socket_ = -1;
      return;
    }
    TakeChunks();
    if (size > 0) continue;
    Cut();
    return;
  }
}

bool LiveWatcher::TakeHeader() {
  const size_t end = received_.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  has_header_ = true;
  record_.connections.back().status = std::stoi(received_.substr(9, 3));
  received_.erase(0, end + 4);
  return true;
}

void LiveWatcher::TakeChunks() {
  if (record_.connections.back().status != 200) return;
  while (true) {
    const size_t line = received_.find("\r\n");
    if (line == std::string::npos) return;
    const size_t size = std::stoul(received_.substr(0, line), nullptr, 16);
    if (received_.size() < line + 2 + size + 2) return;
    text_.append(received_, line + 2, size);
    received_.erase(0, line + 2 + size + 2);
    for (size_t end; (end = text_.find('\n')) != std::string::npos; text_.erase(0, end + 1)) {
      TakeLine(std::string_view(text_).substr(0, end));
    }
    if (size == 0) return;
  }
}

void LiveWatcher::TakeLine(std::string_view line) {
  if (!plan_.server_sent) return TakeEvent(line);
  const absl::Status status = parser_.TakeLine(line);
  EXPECT_TRUE(status.ok()) << status << " in " << line;
  for (const ServerSentEvent& event : parser_.TakeEvents()) {
    TakeEvent(event.data);
    const WatchLine& taken = record_.connections.back().lines.back();
    EXPECT_EQ(event.type, taken.type);
    EXPECT_EQ(event.has_id, taken.cursor.has_value());
    if (event.has_id) {
      EXPECT_EQ(event.last_event_id, taken.cursor->Text());
    }
  }
}

void LiveWatcher::TakeEvent(std::string_view json) {
  const auto value = query::ParseJson(json);
  ASSERT_TRUE(value.ok()) << value.status() << ": " << json;
  const auto text = [&value](std::string_view name) {
    const JsonValue* member = value->Find(name);
    return member == nullptr || member->kind == JsonValue::Kind::kNull ? std::string() : member->Scalar();
  };
  WatchLine line;
  line.type = text("type");
  line.cursor = WatchCursor::Parse(text("cursor"));
  line.operation = text("operation");
  const std::string ref = Concat(text("ref"), " ");
  if (!text("key").empty()) line.key = ref + text("key");
  if (!text("moved_from").empty()) line.moved_from = ref + text("moved_from");
  line.content_hash = text("content_hash");
  line.stale = text("stale") == "true";
  line.last = text("last") == "true";
  line.final = text("final") == "true";
  if (const JsonValue* commit = value->Find("commit"); commit != nullptr && commit->Find("id") != nullptr) {
    line.commit = commit->Find("id")->Scalar();
  }
  line.at_ms = NowMilliseconds();
  if (line.cursor.has_value()) cursor_ = line.cursor;
  ended_ = ended_ || (line.type == "closed" && line.final);
  record_.connections.back().lines.push_back(std::move(line));
}

}  // namespace setpoint::test
