// A connection for clients that do not keep to any rule: bytes out, bytes in, half a close. Waits with a deadline and
// fails the running test instead of hanging. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace setpoint::test {

class RawClient {
 public:
  // A socket, for Connect.
  RawClient();
  explicit RawClient(uint16_t port, uint8_t from_host = 1) : RawClient() { Connect(port, from_host); }
  ~RawClient();
  RawClient(RawClient&& other) noexcept;
  RawClient& operator=(RawClient&& other) noexcept;

  // `from_host` is the last number of the loopback address it comes from: 127.0.0.HOST.
  void Connect(uint16_t port, uint8_t from_host = 1);
  // Whether the connection was made.
  bool connected() const { return socket_ >= 0; }
  // Whether all was taken.
  bool Send(std::string_view bytes);
  // No more will be sent.
  void FinishSending();
  // All that comes until the server closes.
  std::string ReadToEnd();
  // What is there already, without waiting; nothing where the server has closed.
  std::optional<std::string> ReadAvailable();

 private:
  int socket_ = -1;
};

// The status of each answer in a stream of answers that have Content-Length; "200 400".
std::string Statuses(std::string_view answers);

}  // namespace setpoint::test
