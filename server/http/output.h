// Writes to one connection: whole answers and the chunks of a stream. A write that makes no progress for the stall
// timeout fails and closes the socket; a client that reads slowly, but reads, is waited for.
// On the connection's strand only.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/system/error_code.hpp>

#include "server/http/connection.h"
#include "server/http/request.h"

namespace setpoint::server {

// What the answer must know of its request.
struct AnswerFrame {
  unsigned http_version = 11;
  bool keep_alive = true;
  bool head_only = false;  // HEAD: the header as for GET, no body.
  std::string request_id = {};
};

class Output {
 public:
  using Stream = Connection;

  Output(Stream& stream, std::chrono::milliseconds stall_timeout) : stream_(stream), stall_timeout_(stall_timeout) {}

  boost::asio::awaitable<boost::system::error_code> Write(const Response& response, const AnswerFrame& frame);

  // "Go on": what a client waits for that has announced its body.
  boost::asio::awaitable<boost::system::error_code> Continue();

  // The header of an answer whose body comes in chunks: WriteChunk as often as needed, then EndStream.
  boost::asio::awaitable<boost::system::error_code> BeginBody(const Response& response, const AnswerFrame& frame);
  // Whether the client has closed the connection, or its sending half: who does so waits for nothing any more. What a
  // write would tell, where there is nothing to write.
  bool IsPeerGone();
  // Closes the connection so that the client sees that the answer is not whole.
  void Reset();

  // The header of a stream without an end of its own. The connection ends with it.
  boost::asio::awaitable<boost::system::error_code> BeginStream(std::string_view content_type,
                                                                const AnswerFrame& frame);
  boost::asio::awaitable<boost::system::error_code> WriteChunk(std::string_view bytes);
  boost::asio::awaitable<boost::system::error_code> EndStream();

  // For those who frame the bytes of a stream once for many connections: how this one wants them.
  enum class Framing : uint8_t { kChunks, kNone };
  Framing framing() const { return chunked_ ? Framing::kChunks : Framing::kNone; }
  // Writes framed bytes, without the first `skipped` of them. What the buffers point to must live until it is done.
  boost::asio::awaitable<boost::system::error_code> WriteFramed(const std::vector<boost::asio::const_buffer>& buffers,
                                                                size_t skipped);
  // Writes what the socket takes without waiting, and gives how much that is: none, too, where the connection is broken
  // (the next write that waits tells). Nothing else may be writing.
  size_t WriteNow(const std::vector<boost::asio::const_buffer>& buffers);

 private:
  // Without the first `skipped` bytes.
  template <typename Buffers>
  boost::asio::awaitable<boost::system::error_code> WriteAll(Buffers buffers, size_t skipped = 0);

  Stream& stream_;
  const std::chrono::milliseconds stall_timeout_;
  bool chunked_ = false;  // HTTP/1.0 knows no chunks: there the stream ends with the connection.
};

}  // namespace setpoint::server
