#include "tests/server/http_client.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "storage/base/concat.h"

namespace setpoint::test {
namespace {

constexpr int kDeadlineMilliseconds = 60'000;

bool Connect(int socket, uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

}  // namespace

HttpClient::HttpClient(uint16_t port, ReceiveBuffer buffer) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (buffer == ReceiveBuffer::kSmall) {
    const int bytes = 16'384;
    setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
  }
  if (!Connect(socket_, port)) ADD_FAILURE() << "cannot connect to port " << port;
}

HttpClient::~HttpClient() { close(socket_); }

bool HttpClient::IsListening(uint16_t port) {
  const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool taken = Connect(probe, port);
  close(probe);
  return taken;
}

void HttpClient::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;  // The server has closed: what it said is still to be read.
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
}

bool HttpClient::Fill() {
  pollfd file{socket_, POLLIN, 0};
  if (poll(&file, 1, kDeadlineMilliseconds) <= 0) {
    ADD_FAILURE() << "nothing came from the server in time";
    return false;
  }
  std::array<char, 65'536> bytes;
  const ssize_t received = recv(socket_, bytes.data(), bytes.size(), 0);
  if (received <= 0) return false;
  buffer_.append(bytes.data(), static_cast<size_t>(received));
  return true;
}

std::optional<std::string> HttpClient::TakeUntil(std::string_view end) {
  size_t found = 0;
  while ((found = buffer_.find(end)) == std::string::npos) {
    if (!Fill()) return std::nullopt;
  }
  std::string taken = buffer_.substr(0, found);
  buffer_.erase(0, found + end.size());
  return taken;
}

bool HttpClient::ReadHeader(HttpAnswer& answer) {
  auto line = TakeUntil("\r\n");
  if (!line.has_value()) return false;
  EXPECT_EQ(line->substr(0, 7), "HTTP/1.") << *line;
  answer.status = std::stoi(line->substr(9, 3));
  while ((line = TakeUntil("\r\n")).has_value() && !line->empty()) {
    const size_t colon = line->find(": ");
    std::string name = line->substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    answer.headers[name] = line->substr(colon + 2);
  }
  return line.has_value();
}

void HttpClient::ReadChunks(HttpAnswer& answer) {
  for (size_t size = 1; size != 0;) {
    const auto size_line = TakeUntil("\r\n");
    size = size_line.has_value() ? std::stoul(*size_line, nullptr, 16) : 0;
    while (buffer_.size() < size + 2 && Fill()) {
    }
    answer.whole = size_line.has_value() && buffer_.size() >= size + 2;
    if (!answer.whole) return;
    answer.body.append(buffer_, 0, size);
    buffer_.erase(0, size + 2);
  }
}

HttpAnswer HttpClient::Read(bool has_body, Cut cut) {
  HttpAnswer answer;
  if (!ReadHeader(answer) || !has_body || answer.status == 304) return answer;
  if (answer.headers.contains("transfer-encoding")) {
    ReadChunks(answer);
    EXPECT_TRUE(answer.whole || cut == Cut::kAllowed) << "the body was cut";
    return answer;
  }
  answer.body = ReadBody(answer);
  return answer;
}

std::string HttpClient::ReadBody(const HttpAnswer& header) {
  const auto length = header.headers.find("content-length");
  const size_t size = length == header.headers.end() ? 0 : std::stoul(length->second);
  while (buffer_.size() < size && Fill()) {
  }
  EXPECT_GE(buffer_.size(), size) << "the body was cut";
  std::string body = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return body;
}

HttpAnswer HttpClient::Get(std::string_view target, std::string_view header_lines) {
  Send(storage::Concat("GET ", target, " HTTP/1.1\r\nHost: localhost\r\n", header_lines, "\r\n"));
  return Read();
}

HttpAnswer HttpClient::Post(std::string_view target, std::string_view body, std::string_view header_lines) {
  Send(storage::Concat("POST ", target, " HTTP/1.1\r\nHost: localhost\r\nContent-Length: ", body.size(), "\r\n",
                       header_lines, "\r\n", body));
  return Read();
}

HttpAnswer HttpClient::OpenStream(std::string_view target, std::string_view header_lines) {
  Send(storage::Concat("GET ", target, " HTTP/1.1\r\nHost: localhost\r\n", header_lines, "\r\n"));
  HttpAnswer answer;
  ReadHeader(answer);
  return answer;
}

std::optional<std::string> HttpClient::NextLine() {
  size_t end = 0;
  while ((end = text_.find('\n')) == std::string::npos) {
    if (stream_ended_) return std::nullopt;
    const auto size_line = TakeUntil("\r\n");
    if (!size_line.has_value()) return std::nullopt;
    const size_t size = std::stoul(*size_line, nullptr, 16);
    while (buffer_.size() < size + 2) {
      if (!Fill()) return std::nullopt;
    }
    text_.append(buffer_, 0, size);
    buffer_.erase(0, size + 2);
    stream_ended_ = size == 0;
  }
  std::string line = text_.substr(0, end);
  text_.erase(0, end + 1);
  return line;
}

bool HttpClient::IsClosed() { return buffer_.empty() && !Fill() && buffer_.empty(); }

HttpAnswer HttpGet(uint16_t port, std::string_view target) { return HttpClient(port).Get(target); }

}  // namespace setpoint::test
