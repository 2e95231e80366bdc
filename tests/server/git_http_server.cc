#include "tests/server/git_http_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <string_view>

#include "storage/base/concat.h"
#include "storage/git/worker_process.h"

namespace setpoint::test {

using storage::Concat;

struct GitHttpServer::Request {
  std::string method;
  std::string target;
  std::map<std::string, std::string> headers;  // Names in lower case.
  std::string body;
};

GitHttpServer::GitHttpServer(std::string root) : root_(std::move(root)) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  EXPECT_EQ(bind(listener_, reinterpret_cast<const sockaddr*>(&address), size), 0);
  EXPECT_EQ(listen(listener_, 64), 0);
  EXPECT_EQ(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { Accept(); });
}

GitHttpServer::~GitHttpServer() {
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  close(listener_);
  std::vector<std::thread> threads;
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    for (const int connection : connections_) shutdown(connection, SHUT_RDWR);
    threads.swap(threads_);
  }
  for (std::thread& thread : threads) thread.join();
}

std::string GitHttpServer::Url(const std::string& path) const { return Concat("http://127.0.0.1:", port_, "/", path); }

void GitHttpServer::Require(const std::string& authorization) {
  absl::MutexLock lock(&mutex_);
  required_ = authorization;
}

void GitHttpServer::Hang() {
  absl::MutexLock lock(&mutex_);
  hangs_ = true;
}

void GitHttpServer::Resume() {
  absl::MutexLock lock(&mutex_);
  hangs_ = false;
}

void GitHttpServer::AnswerWith(int status) {
  absl::MutexLock lock(&mutex_);
  status_ = status;
}

std::vector<std::string> GitHttpServer::requests() const {
  absl::MutexLock lock(&mutex_);
  return requests_;
}

std::vector<std::string> GitHttpServer::authorizations() const {
  absl::MutexLock lock(&mutex_);
  return authorizations_;
}

bool GitHttpServer::AwaitRequests(size_t count) const {
  const auto enough = [this, count] {
    mutex_.AssertReaderHeld();
    return requests_.size() >= count;
  };
  absl::MutexLock lock(&mutex_);
  return mutex_.AwaitWithTimeout(absl::Condition(&enough), absl::Seconds(60));
}

void GitHttpServer::Accept() {
  while (true) {
    const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) return;
    absl::MutexLock lock(&mutex_);
    connections_.insert(connection);
    threads_.emplace_back([this, connection] {
      Serve(connection);
      absl::MutexLock end(&mutex_);
      connections_.erase(connection);
      close(connection);
    });
  }
}

// One request, then the connection ends: `git` makes another.
void GitHttpServer::Serve(int connection) {
  std::string received;
  size_t body_begin = std::string::npos;
  size_t body_size = 0;
  Request request;
  while (body_begin == std::string::npos || received.size() < body_begin + body_size) {
    std::array<char, 65'536> bytes;
    const ssize_t count = recv(connection, bytes.data(), bytes.size(), 0);
    if (count <= 0) return;
    received.append(bytes.data(), static_cast<size_t>(count));
    const size_t end = received.find("\r\n\r\n");
    if (body_begin != std::string::npos || end == std::string::npos) continue;
    body_begin = end + 4;
    std::string_view head(received.data(), end);
    request.method = std::string(head.substr(0, head.find(' ')));
    head.remove_prefix(request.method.size() + 1);
    request.target = std::string(head.substr(0, head.find(' ')));
    for (size_t line = head.find("\r\n"); line != std::string_view::npos; line = head.find("\r\n", line + 2)) {
      const std::string_view field = head.substr(line + 2, head.find("\r\n", line + 2) - line - 2);
      const size_t colon = field.find(':');
      if (colon == std::string_view::npos) continue;
      std::string name(field.substr(0, colon));
      std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
      std::string_view value = field.substr(colon + 1);
      while (value.starts_with(' ')) value.remove_prefix(1);
      request.headers[name] = std::string(value);
    }
    if (request.headers.contains("content-length")) body_size = std::stoul(request.headers["content-length"]);
  }
  request.body = received.substr(body_begin, body_size);
  const std::string answer = Answer(request);
  for (size_t sent = 0; sent < answer.size();) {
    const ssize_t count = send(connection, answer.data() + sent, answer.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) return;
    sent += static_cast<size_t>(count);
  }
  shutdown(connection, SHUT_RDWR);
}

std::string GitHttpServer::Answer(const Request& request) {
  const auto header = [&request](const std::string& name) {
    const auto found = request.headers.find(name);
    return found == request.headers.end() ? std::string() : found->second;
  };
  {
    absl::MutexLock lock(&mutex_);
    requests_.push_back(Concat(request.method, " ", request.target));
    if (!header("authorization").empty()) authorizations_.push_back(header("authorization"));
    const auto may_answer = [this] {
      mutex_.AssertReaderHeld();
      return !hangs_ || stopping_;
    };
    mutex_.Await(absl::Condition(&may_answer));
    if (status_ != 0) return Concat("HTTP/1.1 ", status_, " No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    if (!required_.empty() && header("authorization") != required_) {
      return "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"test\"\r\nContent-Length: 0\r\n"
             "Connection: close\r\n\r\n";
    }
  }
  const size_t question = request.target.find('?');
  const auto result = storage::RunWorker(
      {.arguments = {"git", "-c", "safe.directory=*", "-c", "uploadpack.allowFilter=true", "http-backend"},
       .environment = {Concat("GIT_PROJECT_ROOT=", root_), "GIT_HTTP_EXPORT_ALL=1", "REMOTE_ADDR=127.0.0.1",
                       Concat("PATH_INFO=", request.target.substr(0, question)),
                       Concat("QUERY_STRING=",
                              question == std::string::npos ? "" : request.target.substr(question + 1)),
                       Concat("REQUEST_METHOD=", request.method), Concat("CONTENT_TYPE=", header("content-type")),
                       Concat("CONTENT_LENGTH=", request.body.size()),
                       Concat("HTTP_CONTENT_ENCODING=", header("content-encoding")),
                       Concat("GIT_PROTOCOL=", header("git-protocol"))},
       .input = request.body,
       .deadline = absl::Seconds(60)});
  if (!result.ok()) return "HTTP/1.1 500 Broken\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  std::string output = result->output;
  std::string status = "200 OK";
  if (output.starts_with("Status: ")) {
    const size_t end = output.find("\r\n");
    status = output.substr(8, end - 8);
    output.erase(0, end + 2);
  }
  return Concat("HTTP/1.1 ", status, "\r\nConnection: close\r\n", output);
}

}  // namespace setpoint::test
