// A client on the loopback, close to the bytes: connect, send, read an answer or the lines of a stream. Blocks, with a
// deadline of ten seconds for each read. Errors are kUnavailable. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace setpoint::tools {

class Loopback {
 public:
  static absl::StatusOr<std::unique_ptr<Loopback>> Connect(uint16_t port);
  ~Loopback();
  Loopback(const Loopback&) = delete;
  Loopback& operator=(const Loopback&) = delete;

  absl::Status Send(std::string_view bytes);

  struct Answer {
    int status = 0;
    std::string body;
  };
  // One answer, with a Content-Length or in chunks.
  absl::StatusOr<Answer> ReadAnswer();
  // The header of a stream; its status.
  absl::StatusOr<int> ReadHeader();
  // Bytes until the next line break, without it. Of a chunked body the sizes of chunks are lines as well: look for what
  // is wanted.
  absl::StatusOr<std::string> ReadLine();
  // Reads lines until one holds `word`; that line.
  absl::StatusOr<std::string> AwaitLine(std::string_view word);

  int descriptor() const { return socket_; }

 private:
  explicit Loopback(int socket) : socket_(socket) {}
  absl::Status Fill();
  // Moves so many bytes to `out`.
  absl::Status Take(size_t length, std::string& out);

  const int socket_;
  std::string buffer_;
};

// "GET target" or "POST target" with a body, on a connection of its own.
absl::StatusOr<Loopback::Answer> HttpGet(uint16_t port, std::string_view target);
absl::StatusOr<Loopback::Answer> HttpPost(uint16_t port, std::string_view target, std::string_view body);
std::string GetRequest(std::string_view target);
std::string PostRequest(std::string_view target, std::string_view body);

// A port on which nobody listens just now.
uint16_t FreePort();

}  // namespace setpoint::tools
