// A plain HTTP client for tests, close to the bytes: what is sent is written by hand, what comes is read with a
// deadline. Fails the running test instead of hanging. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace setpoint::test {

struct HttpAnswer {
  int status = 0;                              // 0: the connection ended before an answer.
  std::map<std::string, std::string> headers;  // Names in lower case.
  std::string body;
  bool whole = true;  // It came to its end.
};

class HttpClient {
 public:
  // kSmall: what the kernel holds for a client that does not read is soon full.
  enum class ReceiveBuffer { kUsual, kSmall };
  explicit HttpClient(uint16_t port, ReceiveBuffer buffer = ReceiveBuffer::kUsual);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  void Send(std::string_view bytes);
  // "GET target HTTP/1.1" with a Host, on this connection, and the header lines given ("Name: value\r\n" each).
  HttpAnswer Get(std::string_view target, std::string_view header_lines = "");
  // "POST target HTTP/1.1" with a body, and the header lines given ("Name: value\r\n" each).
  HttpAnswer Post(std::string_view target, std::string_view body, std::string_view header_lines = "");
  // The next answer, with a Content-Length or in chunks; `has_body`: false for the answer to a HEAD. What ends before
  // it is whole fails the test, unless it is allowed to: then `whole` says it.
  enum class Cut { kFails, kAllowed };
  HttpAnswer Read(bool has_body = true, Cut cut = Cut::kFails);

  // Sends a GET, with the header lines given, and reads the header only; lines follow with NextLine.
  HttpAnswer OpenStream(std::string_view target, std::string_view header_lines = "");
  // The body of an answer whose header was read by it, where that has a Content-Length.
  std::string ReadBody(const HttpAnswer& header);
  // The next line of a chunked body; nothing where it has ended.
  std::optional<std::string> NextLine();

  // Whether a connection to the port is taken.
  static bool IsListening(uint16_t port);

  // True where the server closes the connection without another byte.
  bool IsClosed();

 private:
  // Reads more; false at the end of the connection.
  bool Fill();
  bool ReadHeader(HttpAnswer& answer);
  void ReadChunks(HttpAnswer& answer);
  std::optional<std::string> TakeUntil(std::string_view end);

  int socket_ = -1;
  std::string buffer_;  // Received, not yet taken.
  std::string text_;    // Of the stream, without its chunks.
  bool stream_ended_ = false;
};

// One request on a connection of its own.
HttpAnswer HttpGet(uint16_t port, std::string_view target);

}  // namespace setpoint::test
