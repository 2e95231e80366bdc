#include "server/http/listener.h"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "storage/base/concat.h"

namespace setpoint::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// How long to wait before the next accept where the process has run out of file descriptors.
constexpr auto kAcceptPause = std::chrono::milliseconds(100);
// Where there is no room, this part of all connections makes it at once.
constexpr size_t kRoomPart = 64;
// So many connections at once are told that there is no room; more are closed without a word.
constexpr size_t kTurningAwayMax = 64;

Admission::Limits LimitsOf(const ConnectionLimits& limits) {
  return {.connections_max = limits.connections_max, .per_address_max = limits.connections_per_address_max};
}

absl::StatusOr<tcp::endpoint> ParseAddress(const std::string& text, Reach reach) {
  const auto refuse = [&text](std::string_view why) {
    return absl::InvalidArgumentError(storage::Concat("cannot listen on '", text, "': ", why));
  };
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos) return refuse("expected HOST:PORT, for example 127.0.0.1:7117");
  std::string host = text.substr(0, colon);
  if (host == "localhost") host = "127.0.0.1";
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data() + colon + 1, end, port);
  if (parsed.ec != std::errc() || parsed.ptr != end) return refuse("the port must be a number from 0 to 65535");
  error_code error;
  const auto address = asio::ip::make_address(host, error);
  if (error) return refuse("the host must be a numeric address or localhost");
  if (address.is_loopback() || reach == Reach::kAnywhere) return tcp::endpoint(address, port);
  if (reach == Reach::kUnasked) {
    return refuse("without a token file only this machine is listened to; use 127.0.0.1, or set access.token_file");
  }
  return refuse("without TLS tokens would cross the network in clear; set tls.certificate and tls.key");
}

}  // namespace

Reach ReachOf(const ServerOptions& options, bool is_asking) {
  if (!is_asking) return Reach::kUnasked;
  return options.tls.IsOn() || options.access.plain_http_beyond_loopback ? Reach::kAnywhere : Reach::kInClear;
}

Listener::Listener(asio::io_context& io, SessionContext& context)
    : io_(io),
      context_(context),
      strand_(asio::make_strand(io)),
      acceptor_(strand_),
      pause_(strand_),
      grace_(strand_),
      admission_(LimitsOf(context.limits)) {}

absl::StatusOr<std::unique_ptr<Listener>> Listener::Bind(asio::io_context& io, const ListenOptions& options,
                                                         SessionContext& context) {
  auto endpoint = ParseAddress(options.address, options.reach);
  if (!endpoint.ok()) return endpoint.status();
  std::unique_ptr<Listener> listener(new Listener(io, context));
  Acceptor& acceptor = listener->acceptor_;
  error_code error;
  acceptor.open(endpoint->protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(*endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error)
    return absl::UnavailableError(storage::Concat("cannot listen on ", options.address, ": ", error.message()));
  listener->port_ = acceptor.local_endpoint(error).port();
  listener->host_ = endpoint->address().is_v6() ? storage::Concat("[", endpoint->address().to_string(), "]")
                                                : endpoint->address().to_string();
  return listener;
}

std::string Listener::Url() const {
  return storage::Concat(context_.identity == nullptr ? "http://" : "https://", host_, ":", port_);
}

void Listener::Start() { asio::co_spawn(strand_, Accept(), asio::detached); }

void Listener::Stop(std::chrono::milliseconds grace) {
  asio::post(strand_, [this, grace] {
    if (std::exchange(stopping_, true)) return;
    if (stopped_) stopped_();
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
    for (const auto& [session, address] : sessions_) session->Stop();
    if (sessions_.empty()) return;
    grace_.expires_after(grace);
    grace_.async_wait([this](error_code cancelled) {
      if (cancelled) return;
      for (const auto& [session, address] : sessions_) session->Abort();
    });
  });
}

asio::awaitable<void> Listener::Accept() {
  while (!stopping_) {
    auto [error, socket] =
        co_await acceptor_.async_accept(context_.hub.NextStrand(), asio::as_tuple(asio::use_awaitable));
    if (!error) {
      Increment(context_.connections.accepted);
      Open(std::move(socket));
    } else if (!stopping_) {
      // Out of file descriptors, most of the time: those that wait give theirs back.
      Increment(context_.connections.accept_errors);
      MakeRoom(nullptr);
      pause_.expires_after(kAcceptPause);
      co_await pause_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
  }
}

void Listener::Open(tcp::socket socket) {
  error_code error;
  const tcp::endpoint peer = socket.remote_endpoint(error);
  if (error) return;  // It has gone already.
  const std::string address = peer.address().to_string();
  if (!Admit(address)) return TurnAway(std::move(socket), "this server has as many connections as it takes; try again");
  auto session = std::make_shared<Session>(std::move(socket), context_);
  admission_.Enter(address);
  sessions_.emplace(session, address);
  context_.connections.open.store(sessions_.size(), std::memory_order_relaxed);
  if (stopping_) session->Stop();
  const auto executor = session->executor();
  asio::co_spawn(
      executor, [session] { return session->Run(); },
      [this, session](const std::exception_ptr&) { asio::post(strand_, [this, session] { Forget(session); }); });
}

bool Listener::Admit(const std::string& address) {
  switch (admission_.Look(address)) {
    case Admission::Verdict::kEnter:
      return true;
    case Admission::Verdict::kFull:
      return MakeRoom(nullptr);
    case Admission::Verdict::kTooManyOfAddress:
      return MakeRoom(&address);
  }
  return false;
}

bool Listener::MakeRoom(const std::string* address) {
  struct Waiting {
    Session::Clock::time_point since;
    std::shared_ptr<Session> session;
  };
  std::vector<Waiting> waiting;
  for (const auto& [session, counted_for] : sessions_) {
    if (counted_for.empty() || (address != nullptr && counted_for != *address)) continue;
    if (const auto since = session->waiting_since()) waiting.push_back({*since, session});
  }
  // Many at once, so that a flood of connections does not have all of them looked through for each.
  const size_t count = std::min(waiting.size(), admission_.limits().connections_max / kRoomPart + 1);
  std::partial_sort(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(count), waiting.end(),
                    [](const Waiting& a, const Waiting& b) { return a.since < b.since; });
  for (size_t i = 0; i < count; ++i) {
    Increment(context_.connections.evicted);
    Leave(waiting[i].session);
    waiting[i].session->MakeRoom();
  }
  return count > 0;
}

void Listener::TurnAway(tcp::socket socket, std::string_view why) {
  Increment(context_.connections.turned_away);
  if (turning_away_ >= kTurningAwayMax) return;  // The socket closes.
  ++turning_away_;
  auto session = std::make_shared<Session>(std::move(socket), context_);
  sessions_.emplace(session, "");
  const auto executor = session->executor();
  asio::co_spawn(
      executor, [session, why] { return session->TurnAway(why); },
      [this, session](const std::exception_ptr&) {
        asio::post(strand_, [this, session] {
          --turning_away_;
          Forget(session);
        });
      });
}

void Listener::Leave(const std::shared_ptr<Session>& session) {
  std::string& counted_for = sessions_.find(session)->second;
  if (!counted_for.empty()) admission_.Leave(counted_for);
  counted_for.clear();
}

void Listener::Forget(const std::shared_ptr<Session>& session) {
  Leave(session);
  sessions_.erase(session);
  context_.connections.open.store(sessions_.size(), std::memory_order_relaxed);
  if (stopping_ && sessions_.empty()) grace_.cancel();
}

}  // namespace setpoint::server
