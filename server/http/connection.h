// The bytes of one connection, in clear or through TLS: an asynchronous stream as Asio and Beast mean it, so that what
// reads and writes does not care which. Time-outs are those of Beast's tcp_stream below. On the connection's strand.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/system/error_code.hpp>

namespace setpoint::server {

class Connection {
 public:
  // NOLINTNEXTLINE(readability-identifier-naming): Asio asks for it by this name.
  using executor_type = boost::beast::tcp_stream::executor_type;

  // `context` null: in clear. Shared with the other connections that began with the same certificate.
  Connection(boost::asio::ip::tcp::socket socket, const std::shared_ptr<boost::asio::ssl::context>& context);

  executor_type get_executor() { return tcp_.get_executor(); }
  boost::asio::ip::tcp::socket& socket() { return tcp_.socket(); }
  bool is_secure() const { return tls_.has_value(); }

  void expires_after(std::chrono::milliseconds time) { tcp_.expires_after(time); }
  void expires_never() { tcp_.expires_never(); }
  void cancel() { tcp_.cancel(); }
  void close() { tcp_.close(); }

  enum class Greeting {
    kReady,    // Bytes may be read and written.
    kInClear,  // HTTP was spoken where TLS is: what is written now goes out in clear, and the connection is to end.
    kGone,     // The client went away, was too slow, or speaks neither.
  };
  // The handshake, within the time. At once where the connection is in clear.
  boost::asio::awaitable<Greeting> Greet(std::chrono::milliseconds time);

  // Tells the peer that nothing follows: an end that no attacker can fake. Waits for its answer no longer than `time`.
  boost::asio::awaitable<void> ShutDown(std::chrono::milliseconds time);

  template <typename Buffers, typename Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, size_t)>(
        [this](auto handler, const Buffers& into) {
          if (tls_) {
            tls_->async_read_some(into, std::move(handler));
          } else {
            tcp_.async_read_some(into, std::move(handler));
          }
        },
        token, buffers);
  }

  template <typename Buffers, typename Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, size_t)>(
        [this](auto handler, const Buffers& from) {
          if (tls_) {
            tls_->async_write_some(from, std::move(handler));
          } else {
            tcp_.async_write_some(from, std::move(handler));
          }
        },
        token, buffers);
  }

 private:
  using TlsStream = boost::asio::ssl::stream<boost::beast::tcp_stream&>;

  boost::beast::tcp_stream tcp_;
  std::optional<TlsStream> tls_;
};

}  // namespace setpoint::server
