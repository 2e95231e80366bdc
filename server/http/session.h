// One connection: reads requests one after another (pipelined ones too), has each answered on a worker thread, and
// writes the answers in order. Everything here runs on the connection's strand.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "absl/status/statusor.h"
#include "server/access/tls_identity.h"
#include "server/http/access_log.h"
#include "server/http/connection.h"
#include "server/http/connection_stats.h"
#include "server/http/deadline.h"
#include "server/http/gate.h"
#include "server/http/held_bytes.h"
#include "server/http/output.h"
#include "server/http/request.h"
#include "server/http/request_id.h"
#include "server/http/request_stats.h"
#include "server/http/router.h"
#include "server/http/worker_pool.h"
#include "server/server_options.h"
#include "server/watch/watch_hub.h"
#include "server/watch/watch_stream.h"

namespace setpoint::server {

// What all sessions share. Outlives them.
struct SessionContext {
  const Router& router;
  const Gate& gate;
  WorkerPool& workers;
  WatchHub& hub;
  ConnectionLimits limits;
  RequestStats& requests;
  ConnectionStats& connections;
  TlsOptions tls;
  TlsIdentity* identity = nullptr;  // Null: in clear.
  RequestIds& request_ids;
  AccessLog& access_log;
  // Of all connections' answers.
  std::shared_ptr<HeldBytes> held = std::make_shared<HeldBytes>();
};

class Session : public std::enable_shared_from_this<Session> {
 public:
  // The socket's executor is a strand.
  Session(boost::asio::ip::tcp::socket socket, SessionContext& context);

  // Ends when the connection does.
  boost::asio::awaitable<void> Run();

  Connection::executor_type executor() { return stream_.get_executor(); }

  // Instead of Run: says that there is no room, and why.
  boost::asio::awaitable<void> TurnAway(std::string_view why);

  using Clock = std::chrono::steady_clock;
  // Since when the connection has no whole request, nor a stream. Any thread.
  std::optional<Clock::time_point> waiting_since() const {
    const Clock::rep since = waiting_since_.load(std::memory_order_relaxed);
    return since == 0 ? std::nullopt : std::optional(Clock::time_point(Clock::duration(since)));
  }
  // Any thread: close as soon as it waits.
  void MakeRoom();

  // Any thread: answer what is being answered, then close; a stream gets its last line.
  void Stop();
  // Any thread: close now.
  void Abort();

 private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::buffer_body>;

  // A request as it came, before anybody looked whether it makes sense.
  struct Incoming {
    std::string target;
    Method method = Method::kGet;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    AnswerFrame frame;
  };

  // Nothing: the connection ended, or was ended because of what came.
  boost::asio::awaitable<std::optional<Incoming>> Read();
  boost::asio::awaitable<bool> AwaitFirstByte();
  // Nothing of the request before stays.
  void BeginRequest();
  // What the header says; takes note of the request at hand.
  Incoming DescribeHeader(const Parser& parser);
  // Reads the body to its end; keeps it where `body` is not null.
  boost::asio::awaitable<boost::system::error_code> ReadBody(Parser& parser, std::string* body);
  boost::asio::awaitable<void> Refuse(unsigned status, std::string_view word, std::string_view detail);
  // Whether the connection goes on.
  boost::asio::awaitable<bool> Answer(Incoming incoming);
  // The request at hand is answered, or its stream begins.
  void NoteAnswer(unsigned status, uint64_t body_bytes);
  // Whether the connection goes on.
  boost::asio::awaitable<bool> Write(Response response, AnswerFrame frame);
  boost::asio::awaitable<void> Stream(OpenedWatch opened, AnswerFrame frame);
  // Whether there is somebody to answer.
  boost::asio::awaitable<bool> Greet();

  SessionContext& context_;
  const std::string peer_;
  Connection stream_;
  Output output_;
  Deadline deadline_;
  boost::asio::steady_timer pause_;  // Between two looks for what may come.
  boost::beast::flat_buffer buffer_;
  std::shared_ptr<WatchStream> watch_;
  // Of the request at hand.
  RequestStats::Outcome outcome_;
  Clock::time_point begun_;
  std::string request_id_;
  std::string method_;
  std::string target_;
  std::string repository_;
  std::string caller_;
  std::atomic<Clock::rep> waiting_since_{0};  // On Clock; 0: it does not wait.
  bool idle_ = false;                         // Between requests.
  bool stopping_ = false;
};

}  // namespace setpoint::server
