// Accepts connections and knows those that are open. Where there are too many, the ones that have waited longest
// without a request make room; where none waits, the new one is told so and closed. Listens beyond loopback only where
// whoever comes from there is asked who they are, and what they say cannot be overheard.
// Built on any thread; Start and Stop may be called from any thread. Must outlive the work of its context.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/http/admission.h"
#include "server/http/session.h"

namespace setpoint::server {

// How far a listener may be reached.
enum class Reach {
  kUnasked,  // Nobody is asked who they are: this machine only.
  kInClear,  // Tokens cross the network as they are: this machine only.
  kAnywhere,
};

struct ListenOptions {
  std::string address;
  Reach reach = Reach::kUnasked;
};

// With tokens, and with TLS or a proxy that ends it, anywhere.
Reach ReachOf(const ServerOptions& options, bool is_asking);

class Listener {
 public:
  // Binds at once. The address is HOST:PORT with a numeric host or "localhost"; port 0 takes a free one.
  // kInvalidArgument: not such an address, or beyond its reach; the text names what would make it right. kUnavailable:
  // the port is taken.
  static absl::StatusOr<std::unique_ptr<Listener>> Bind(boost::asio::io_context& io, const ListenOptions& options,
                                                        SessionContext& context);

  // `stopped` is called once, on an I/O thread, as the first thing that Stop does. Before Start.
  void OnStopped(std::function<void()> stopped) { stopped_ = std::move(stopped); }

  void Start();
  // Accepts no more and asks every session to end; what is open after `grace` is closed.
  void Stop(std::chrono::milliseconds grace);

  uint16_t port() const { return port_; }
  // "http://127.0.0.1:7117".
  std::string Url() const;

 private:
  using Acceptor = boost::asio::ip::tcp::acceptor;

  Listener(boost::asio::io_context& io, SessionContext& context);

  boost::asio::awaitable<void> Accept();
  void Open(boost::asio::ip::tcp::socket socket);
  // Whether a connection from there may come in, once those that wait have made room.
  bool Admit(const std::string& address);
  // Asks the sessions that have waited longest to end, of all or of one address. Whether there were any.
  bool MakeRoom(const std::string* address);
  // An answer that says why, and the end; just the end where too many are being told already.
  void TurnAway(boost::asio::ip::tcp::socket socket, std::string_view why);
  void Forget(const std::shared_ptr<Session>& session);
  void Leave(const std::shared_ptr<Session>& session);

  boost::asio::io_context& io_;
  SessionContext& context_;
  // Guards everything below.
  boost::asio::strand<boost::asio::io_context::executor_type> strand_;
  Acceptor acceptor_;
  // The pause after a connection could not be taken.
  boost::asio::steady_timer pause_;
  // Runs from Stop until the last session has ended.
  boost::asio::steady_timer grace_;
  // Each with the address that it counts for; empty: it counts no more, since it was asked to make room or is being
  // turned away.
  std::unordered_map<std::shared_ptr<Session>, std::string> sessions_;
  Admission admission_;
  size_t turning_away_ = 0;
  bool stopping_ = false;
  std::function<void()> stopped_;
  uint16_t port_ = 0;
  std::string host_;
};

}  // namespace setpoint::server
