#include "tools/bench/loopback.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace setpoint::tools {
namespace {

constexpr int kDeadlineMilliseconds = 10'000;

sockaddr_in AddressOf(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

absl::Status Lost(std::string_view what) { return absl::UnavailableError(absl::StrCat(std::string(what))); }

}  // namespace

absl::StatusOr<std::unique_ptr<Loopback>> Loopback::Connect(uint16_t port) {
  const int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (made < 0) return Lost("no socket left");
  std::unique_ptr<Loopback> connection(new Loopback(made));
  const int on = 1;
  setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const sockaddr_in address = AddressOf(port);
  if (connect(made, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return Lost(absl::StrCat("nobody listens on port ", port));
  }
  return connection;
}

Loopback::~Loopback() { close(socket_); }

absl::Status Loopback::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return Lost("the server takes no more");
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return absl::OkStatus();
}

absl::Status Loopback::Fill() {
  pollfd file{socket_, POLLIN, 0};
  if (poll(&file, 1, kDeadlineMilliseconds) <= 0) return Lost("nothing came from the server in time");
  std::array<char, 1 << 16> bytes;
  const ssize_t received = recv(socket_, bytes.data(), bytes.size(), 0);
  if (received <= 0) return Lost("the server has closed the connection");
  buffer_.append(bytes.data(), static_cast<size_t>(received));
  return absl::OkStatus();
}

absl::StatusOr<std::string> Loopback::ReadLine() {
  size_t from = 0;
  size_t end = 0;
  while ((end = buffer_.find('\n', from)) == std::string::npos) {
    from = buffer_.size();
    if (absl::Status status = Fill(); !status.ok()) return status;
  }
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 1);
  return line;
}

absl::StatusOr<std::string> Loopback::AwaitLine(std::string_view word) {
  while (true) {
    absl::StatusOr<std::string> line = ReadLine();
    if (!line.ok() || line->find(word) != std::string::npos) return line;
  }
}

absl::StatusOr<int> Loopback::ReadHeader() {
  absl::StatusOr<std::string> first = ReadLine();
  if (!first.ok()) return first.status();
  if (first->size() < 12) return Lost(absl::StrCat("no HTTP: ", *first));
  while (true) {
    const absl::StatusOr<std::string> line = ReadLine();
    if (!line.ok()) return line.status();
    if (*line == "\r") return std::atoi(first->c_str() + 9);
  }
}

absl::Status Loopback::Take(size_t length, std::string& out) {
  while (buffer_.size() < length) {
    if (absl::Status status = Fill(); !status.ok()) return status;
  }
  out.append(buffer_, 0, length);
  buffer_.erase(0, length);
  return absl::OkStatus();
}

absl::StatusOr<Loopback::Answer> Loopback::ReadAnswer() {
  Answer answer;
  size_t length = 0;
  bool chunked = false;
  for (bool first = true;; first = false) {
    const absl::StatusOr<std::string> line = ReadLine();
    if (!line.ok()) return line.status();
    if (*line == "\r") break;
    if (first) answer.status = line->size() < 12 ? 0 : std::atoi(line->c_str() + 9);
    if (strncasecmp(line->c_str(), "content-length:", 15) == 0) length = std::strtoull(line->c_str() + 15, nullptr, 10);
    if (strncasecmp(line->c_str(), "transfer-encoding: chunked", 26) == 0) chunked = true;
  }
  while (chunked) {
    const absl::StatusOr<std::string> size = ReadLine();
    if (!size.ok()) return size.status();
    length = std::strtoull(size->c_str(), nullptr, 16);
    absl::Status status = Take(length, answer.body);
    if (status.ok()) status = ReadLine().status();
    if (!status.ok()) return status;
    if (length == 0) return answer;
  }
  if (absl::Status status = Take(length, answer.body); !status.ok()) return status;
  return answer;
}

std::string GetRequest(std::string_view target) {
  return absl::StrCat("GET ", std::string(target), " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
}

std::string PostRequest(std::string_view target, std::string_view body) {
  return absl::StrCat("POST ", std::string(target), " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ", body.size(),
                      "\r\n\r\n", std::string(body));
}

namespace {

absl::StatusOr<Loopback::Answer> Ask(uint16_t port, const std::string& request) {
  auto connection = Loopback::Connect(port);
  if (!connection.ok()) return connection.status();
  if (absl::Status status = (*connection)->Send(request); !status.ok()) return status;
  return (*connection)->ReadAnswer();
}

}  // namespace

absl::StatusOr<Loopback::Answer> HttpGet(uint16_t port, std::string_view target) {
  return Ask(port, GetRequest(target));
}

absl::StatusOr<Loopback::Answer> HttpPost(uint16_t port, std::string_view target, std::string_view body) {
  return Ask(port, PostRequest(target, body));
}

uint16_t FreePort() {
  const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = AddressOf(0);
  socklen_t size = sizeof address;
  bind(probe, reinterpret_cast<const sockaddr*>(&address), size);
  getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size);
  close(probe);
  return ntohs(address.sin_port);
}

}  // namespace setpoint::tools
