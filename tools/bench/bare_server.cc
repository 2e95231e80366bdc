#include "tools/bench/bare_server.h"

#include <thread>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

namespace setpoint::tools {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

constexpr auto kToTuple = asio::as_tuple(asio::use_awaitable);

class BeastServer final : public BareServer {
 public:
  explicit BeastServer(std::string body)
      : body_(std::move(body)), io_(1), acceptor_(io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
    asio::co_spawn(io_, Accept(), asio::detached);
    thread_ = std::thread([this] { io_.run(); });
  }
  ~BeastServer() override {
    io_.stop();
    thread_.join();
  }

  uint16_t port() const override { return acceptor_.local_endpoint().port(); }

 private:
  asio::awaitable<void> Accept() {
    while (true) {
      auto [error, socket] = co_await acceptor_.async_accept(kToTuple);
      if (error) co_return;
      asio::co_spawn(io_, Answer(std::move(socket)), asio::detached);
    }
  }

  asio::awaitable<void> Answer(tcp::socket socket) {
    socket.set_option(tcp::no_delay(true));
    boost::beast::flat_buffer buffer;
    while (true) {
      http::request<http::empty_body> request;
      const auto [read_error, read] = co_await http::async_read(socket, buffer, request, kToTuple);
      if (read_error) co_return;
      http::response<http::string_body> response(http::status::ok, request.version());
      response.set(http::field::content_type, "application/json");
      response.body() = body_;
      response.prepare_payload();
      const auto [write_error, written] = co_await http::async_write(socket, response, kToTuple);
      if (write_error) co_return;
    }
  }

  const std::string body_;
  asio::io_context io_;
  tcp::acceptor acceptor_;
  std::thread thread_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<BareServer>> BareServer::Start(std::string body) {
  return std::make_unique<BeastServer>(std::move(body));
}

}  // namespace setpoint::tools
