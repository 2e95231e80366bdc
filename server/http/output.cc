#include "server/http/output.h"

#include <poll.h>

#include <array>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/buffers_suffix.hpp>
#include <boost/beast/http/chunk_encode.hpp>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "server/http/error_mapping.h"
#include "storage/base/concat.h"

namespace setpoint::server {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

// The time as HTTP writes it, made once a second on each thread.
const std::string& DateNow() {
  thread_local std::string text;
  thread_local int64_t of_second = -1;
  const absl::Time now = absl::Now();
  if (const int64_t second = absl::ToUnixSeconds(now); second != of_second) {
    text = absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", now, absl::UTCTimeZone());
    of_second = second;
  }
  return text;
}

std::string BeginHeader(unsigned status, const AnswerFrame& frame) {
  std::string header = storage::Concat("HTTP/1.", frame.http_version == 10 ? 0 : 1, " ", status, " ",
                                       StatusTitle(status), "\r\nDate: ", DateNow(), "\r\n");
  if (!frame.request_id.empty()) header.append("X-Request-Id: ").append(frame.request_id).append("\r\n");
  return header;
}

// What tells caches: for how long, and what else of the request the answer depends on.
void AppendCaching(const Response& response, std::string& header) {
  if (response.status == 200 && !response.tag.empty()) {
    header.append("ETag: \"").append(response.tag).append("\"\r\n");
  }
  if (response.caching == Caching::kNone) {
    if (response.status >= 400) header.append("Cache-Control: no-store\r\n");
    return;
  }
  header.append(response.caching == Caching::kImmutable ? "Cache-Control: private, max-age=31536000, immutable\r\n"
                                                        : "Cache-Control: private, no-cache\r\n");
  header.append("Vary: Accept, Accept-Encoding, Authorization\r\n");
}

std::string HeaderOf(const Response& response, const AnswerFrame& frame) {
  std::string header = BeginHeader(response.status, frame);
  const auto append = [&header](std::string_view name, std::string_view value) {
    header.append(name).append(": ").append(value).append("\r\n");
  };
  if (response.status != 304) append("Content-Type", response.content_type);
  if (response.rest != nullptr) {
    if (frame.http_version != 10) append("Transfer-Encoding", "chunked");
  } else if (response.status != 304) {
    append("Content-Length", std::to_string(response.body.size()));
  }
  AppendCaching(response, header);
  for (const auto& [name, value] : response.headers) append(name, value);
  if (!frame.keep_alive) {
    append("Connection", "close");
  } else if (frame.http_version == 10) {
    append("Connection", "keep-alive");
  }
  return header.append("\r\n");
}

// What the socket takes without waiting; 0, too, where that cannot be told.
template <typename Buffers>
size_t WriteAtOnce(Output::Stream& stream, const Buffers& buffers) {
  if (stream.is_secure()) return 0;  // What the socket takes is records of TLS, and those are the stream's to make.
  auto& socket = stream.socket();
  error_code error;
  if (!socket.non_blocking()) socket.non_blocking(true, error);
  size_t written = 0;
  if (!error) written = socket.write_some(buffers, error);
  return error ? 0 : written;
}

}  // namespace

template <typename Buffers>
asio::awaitable<error_code> Output::WriteAll(Buffers buffers, size_t skipped) {
  boost::beast::buffers_suffix<Buffers> rest(buffers);
  rest.consume(skipped);
  // Most sockets take all of it at once: no timer, and no turn of the loop, for those.
  rest.consume(WriteAtOnce(stream_, rest));
  if (boost::beast::buffer_bytes(rest) == 0) co_return error_code();
  error_code result;
  while (!result && boost::beast::buffer_bytes(rest) > 0) {
    stream_.expires_after(stall_timeout_);
    const auto [error, written] = co_await stream_.async_write_some(rest, asio::as_tuple(asio::use_awaitable));
    result = error;
    rest.consume(written);
  }
  stream_.expires_never();
  co_return result;
}

asio::awaitable<error_code> Output::Write(const Response& response, const AnswerFrame& frame) {
  const std::string header = HeaderOf(response, frame);
  const std::string_view body = frame.head_only ? std::string_view() : std::string_view(response.body);
  co_return co_await WriteAll(
      std::array{asio::const_buffer(header.data(), header.size()), asio::const_buffer(body.data(), body.size())});
}

asio::awaitable<error_code> Output::BeginBody(const Response& response, const AnswerFrame& frame) {
  chunked_ = frame.http_version != 10;
  AnswerFrame in_pieces = frame;
  // Without chunks the end of the connection is the end of the body.
  if (!chunked_) in_pieces.keep_alive = false;
  const std::string header = HeaderOf(response, in_pieces);
  co_return co_await WriteAll(asio::const_buffer(header.data(), header.size()));
}

bool Output::IsPeerGone() {
  if (!stream_.socket().is_open()) return true;
  pollfd socket = {.fd = stream_.socket().native_handle(), .events = POLLRDHUP, .revents = 0};
  return poll(&socket, 1, 0) != 0;
}

void Output::Reset() {
  error_code ignored;
  stream_.socket().set_option(asio::socket_base::linger(true, 0), ignored);
  stream_.close();
}

asio::awaitable<error_code> Output::Continue() {
  co_return co_await WriteAll(asio::buffer(std::string_view("HTTP/1.1 100 Continue\r\n\r\n")));
}

asio::awaitable<error_code> Output::BeginStream(std::string_view content_type, const AnswerFrame& frame) {
  chunked_ = frame.http_version != 10;
  const std::string header = storage::Concat(BeginHeader(200, frame), "Content-Type: ", content_type,
                                             "\r\nCache-Control: no-store\r\nConnection: close\r\n",
                                             chunked_ ? "Transfer-Encoding: chunked\r\n\r\n" : "\r\n");
  co_return co_await WriteAll(asio::const_buffer(header.data(), header.size()));
}

asio::awaitable<error_code> Output::WriteChunk(std::string_view bytes) {
  const asio::const_buffer buffer(bytes.data(), bytes.size());
  if (!chunked_) co_return co_await WriteAll(buffer);
  co_return co_await WriteAll(http::make_chunk(buffer));
}

asio::awaitable<error_code> Output::EndStream() {
  if (!chunked_) co_return error_code();
  co_return co_await WriteAll(http::make_chunk_last());
}

asio::awaitable<error_code> Output::WriteFramed(const std::vector<asio::const_buffer>& buffers, size_t skipped) {
  co_return co_await WriteAll(buffers, skipped);
}

size_t Output::WriteNow(const std::vector<asio::const_buffer>& buffers) { return WriteAtOnce(stream_, buffers); }

}  // namespace setpoint::server
