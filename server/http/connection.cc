#include "server/http/connection.h"

#include <array>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace setpoint::server {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr auto kToTuple = asio::as_tuple(asio::use_awaitable);

// The first byte of a TLS record that begins a handshake; no method of HTTP begins with it.
constexpr unsigned char kHandshakeRecord = 0x16;

bool IsLetter(unsigned char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, const std::shared_ptr<asio::ssl::context>& context)
    : tcp_(std::move(socket)) {
  if (context != nullptr) tls_.emplace(tcp_, *context);  // OpenSSL counts the connections of a context.
}

asio::awaitable<Connection::Greeting> Connection::Greet(std::chrono::milliseconds time) {
  if (!tls_) co_return Greeting::kReady;
  tcp_.expires_after(time);
  std::array<unsigned char, 1'024> first;
  const auto [error, bytes] = co_await tcp_.async_read_some(asio::buffer(first), kToTuple);
  if (error || bytes == 0) co_return Greeting::kGone;
  if (first[0] != kHandshakeRecord) {
    tls_.reset();
    tcp_.expires_never();
    co_return IsLetter(first[0]) ? Greeting::kInClear : Greeting::kGone;
  }
  const auto [failure, taken] =
      co_await tls_->async_handshake(asio::ssl::stream_base::server, asio::buffer(first.data(), bytes), kToTuple);
  tcp_.expires_never();
  co_return failure ? Greeting::kGone : Greeting::kReady;
}

asio::awaitable<void> Connection::ShutDown(std::chrono::milliseconds time) {
  if (tls_ && tcp_.socket().is_open()) {
    tcp_.expires_after(time);
    co_await tls_->async_shutdown(kToTuple);
  }
  error_code ignored;
  tcp_.socket().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  tcp_.close();
}

}  // namespace setpoint::server
