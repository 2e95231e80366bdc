#include "tests/server/hostile/raw_client.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace setpoint::test {
namespace {

constexpr int kDeadlineMilliseconds = 60'000;

sockaddr_in Loopback(uint16_t port, uint8_t host) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl((uint32_t{127} << 24) | host);
  return address;
}

}  // namespace

RawClient::RawClient() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}

void RawClient::Connect(uint16_t port, uint8_t from_host) {
  if (socket_ < 0) return;
  const sockaddr_in from = Loopback(0, from_host);
  const sockaddr_in to = Loopback(port, 1);
  const bool done = bind(socket_, reinterpret_cast<const sockaddr*>(&from), sizeof from) == 0 &&
                    connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
  if (!done) close(std::exchange(socket_, -1));
}

RawClient::~RawClient() {
  if (socket_ >= 0) close(socket_);
}

RawClient::RawClient(RawClient&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}

RawClient& RawClient::operator=(RawClient&& other) noexcept {
  std::swap(socket_, other.socket_);
  return *this;
}

bool RawClient::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

void RawClient::FinishSending() { shutdown(socket_, SHUT_WR); }

std::string RawClient::ReadToEnd() {
  std::string all;
  std::array<char, 65'536> bytes;
  while (true) {
    pollfd file{socket_, POLLIN, 0};
    if (poll(&file, 1, kDeadlineMilliseconds) <= 0) {
      ADD_FAILURE() << "the server neither answered nor closed in time; so far: " << all.substr(0, 500);
      return all;
    }
    const ssize_t received = recv(socket_, bytes.data(), bytes.size(), 0);
    if (received <= 0) return all;
    all.append(bytes.data(), static_cast<size_t>(received));
  }
}

std::optional<std::string> RawClient::ReadAvailable() {
  std::array<char, 65'536> bytes;
  const ssize_t received = recv(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT);
  if (received > 0) return std::string(bytes.data(), static_cast<size_t>(received));
  if (received < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return "";
  return std::nullopt;
}

std::string Statuses(std::string_view answers) {
  std::string statuses;
  while (!answers.empty()) {
    if (answers.substr(0, 7) != "HTTP/1.") return statuses.append(" garbage: ").append(answers.substr(0, 80));
    if (!statuses.empty()) statuses.push_back(' ');
    statuses.append(answers.substr(9, 3));
    const size_t header = answers.find("\r\n\r\n");
    const size_t length = answers.find("Content-Length: ");
    if (header == std::string_view::npos || length == std::string_view::npos) return statuses;
    const size_t body = std::stoul(std::string(answers.substr(length + 16, 12)));
    answers.remove_prefix(std::min(header + 4 + body, answers.size()));
  }
  return statuses;
}

}  // namespace setpoint::test
