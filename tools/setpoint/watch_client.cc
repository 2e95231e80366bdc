#include "tools/setpoint/watch_client.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <thread>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>

#include "query/json_value.h"
#include "storage/base/concat.h"

namespace setpoint::tools {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

// How often an interruption is looked for while nothing arrives.
constexpr milliseconds kLookInterval{100};
// The server sends a bookmark every ten seconds: silence for so long means that it is gone.
constexpr milliseconds kSilenceMax{60'000};
constexpr milliseconds kRetryMin{100};
constexpr milliseconds kRetryMax{5'000};
constexpr size_t kProblemBytesMax = size_t{64} << 10;

// What a reader of the stream has to know of a line.
struct LineFacts {
  std::string type;
  std::string cursor;
  bool final = false;
};

LineFacts FactsOf(std::string_view line) {
  LineFacts facts;
  const auto value = query::ParseJson(line);
  if (!value.ok()) return facts;
  if (const query::JsonValue* type = value->Find("type")) facts.type = type->Scalar();
  if (const query::JsonValue* cursor = value->Find("cursor")) facts.cursor = cursor->Scalar();
  if (const query::JsonValue* final = value->Find("final")) facts.final = final->text == "true";
  return facts;
}

void AppendQuery(std::string_view name, std::string_view value, std::string& target) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  target.push_back(target.find('?') == std::string::npos ? '?' : '&');
  target.append(name).push_back('=');
  for (const char byte : value) {
    const auto code = static_cast<unsigned char>(byte);
    const bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
                       std::string_view("-._~/").find(byte) != std::string_view::npos;
    if (plain) {
      target.push_back(byte);
    } else {
      target.append({'%', kDigits[code >> 4], kDigits[code & 15]});
    }
  }
}

std::string TargetOf(const WatchRequest& request) {
  std::string target = "/v1/watch";
  for (const auto& [name, value] : request.parameters) AppendQuery(name, value, target);
  if (!request.from.empty()) AppendQuery("from", request.from, target);
  if (request.snapshot) AppendQuery("snapshot", "true", target);
  return target;
}

absl::Status ErrorOf(unsigned status, const std::string& problem) {
  std::string detail = storage::Concat("the server answered ", status);
  const auto value = query::ParseJson(problem);
  if (value.ok()) {
    if (const query::JsonValue* text = value->Find("detail")) detail = text->Scalar();
  }
  if (status == 400) return absl::InvalidArgumentError(detail);
  if (status == 404 || status == 410) return absl::NotFoundError(detail);
  if (status == 409) return absl::FailedPreconditionError(detail);
  return absl::UnavailableError(detail);
}

// One answer, read without ever blocking longer than kLookInterval.
class Connection {
 public:
  Connection(const ServerAddress& server, const std::function<bool()>& interrupted)
      : server_(server), interrupted_(interrupted), socket_(io_) {
    parser_.body_limit(boost::none);
  }

  // kUnavailable: no server there. The errors of ErrorOf: it refuses.
  absl::Status Open(const std::string& target) {
    error_code error;
    const auto endpoints = tcp::resolver(io_).resolve(server_.host, server_.port, error);
    if (!error) asio::connect(socket_, endpoints, error);
    if (!error) {
      const std::string request =
          storage::Concat("GET ", target, " HTTP/1.1\r\nHost: ", server_.host, ":", server_.port, "\r\n\r\n");
      asio::write(socket_, asio::buffer(request), error);
    }
    if (!error) socket_.non_blocking(true, error);
    if (error) {
      return absl::UnavailableError(
          storage::Concat("cannot reach a server at http://", server_.host, ":", server_.port, ": ", error.message()));
    }
    while (!parser_.is_header_done()) {
      if (absl::Status status = Step(); !status.ok()) return status;
    }
    const unsigned status = parser_.get().result_int();
    if (status == 200) return absl::OkStatus();
    std::string problem;
    while (problem.size() < kProblemBytesMax) {
      const auto bytes = Read();
      if (!bytes.ok() || bytes->empty()) break;
      problem.append(*bytes);
    }
    return ErrorOf(status, problem);
  }

  // The next bytes of the body, valid until the next call; empty at its end.
  absl::StatusOr<std::string_view> Read() {
    while (!parser_.is_done()) {
      auto& body = parser_.get().body();
      body.data = bytes_.data();
      body.size = bytes_.size();
      absl::Status status = Step();
      const size_t read = bytes_.size() - body.size;
      if (read > 0) return std::string_view(bytes_.data(), read);
      if (!status.ok()) return status;
    }
    return std::string_view();
  }

 private:
  absl::Status Step() {
    error_code error;
    http::read_some(socket_, buffer_, parser_, error);
    if (!error || error == http::error::need_buffer) return absl::OkStatus();
    if (error == asio::error::would_block) return WaitReadable();
    return absl::UnavailableError(storage::Concat("the connection broke: ", error.message()));
  }

  absl::Status WaitReadable() {
    for (milliseconds waited{0}; waited < kSilenceMax; waited += kLookInterval) {
      if (interrupted_()) return absl::CancelledError("interrupted");
      pollfd file{socket_.native_handle(), POLLIN, 0};
      if (poll(&file, 1, static_cast<int>(kLookInterval.count())) > 0) return absl::OkStatus();
    }
    return absl::UnavailableError("the server has been silent for too long");
  }

  const ServerAddress server_;
  const std::function<bool()>& interrupted_;
  asio::io_context io_;
  tcp::socket socket_;
  boost::beast::flat_buffer buffer_;
  http::response_parser<http::buffer_body> parser_;
  std::array<char, 65'536> bytes_;
};

// The watch over all its connections.
class ResumingWatch {
 public:
  ResumingWatch(WatchRequest request, const LineHandler& handle, const std::function<bool()>& interrupted)
      : request_(std::move(request)), handle_(handle), interrupted_(interrupted) {}

  absl::Status Run() {
    milliseconds pause = kRetryMin;
    while (!done_) {
      const bool had_lines = std::exchange(had_line_, false);
      absl::Status status = ReadOnce();
      if (done_) break;
      // Once a stream was there its end is something to come back from; before that it is the answer.
      if (!status.ok() && (!absl::IsUnavailable(status) || !was_open_)) return status;
      if (had_lines || had_line_) pause = kRetryMin;
      for (milliseconds slept{0}; slept < pause; slept += kLookInterval) {
        if (interrupted_()) return absl::CancelledError("interrupted");
        std::this_thread::sleep_for(std::min(kLookInterval, pause));
      }
      pause = std::min(pause * 2, kRetryMax);
    }
    return absl::OkStatus();
  }

 private:
  absl::Status ReadOnce() {
    Connection connection(request_.server, interrupted_);
    if (absl::Status status = connection.Open(TargetOf(request_)); !status.ok()) return status;
    was_open_ = true;
    std::string rest;  // Of a line that is not whole yet. A cut line is never handled: it comes again.
    while (!done_) {
      const auto bytes = connection.Read();
      if (!bytes.ok()) return bytes.status();
      if (bytes->empty()) return absl::OkStatus();
      rest.append(*bytes);
      size_t begin = 0;
      for (size_t end = 0; !done_ && (end = rest.find('\n', begin)) != std::string::npos; begin = end + 1) {
        TakeLine(std::string_view(rest).substr(begin, end - begin));
      }
      rest.erase(0, begin);
    }
    return absl::OkStatus();
  }

  void TakeLine(std::string_view line) {
    had_line_ = true;
    const LineFacts facts = FactsOf(line);
    if (!facts.cursor.empty()) {
      request_.from = facts.cursor;
      request_.snapshot = false;  // Whole by now: no other line before its end has a cursor.
    }
    // That the server stops is no end of the stream: the caller sees it go on where it stood.
    if (facts.type == "closed" && !facts.final) return;
    done_ = !handle_(line, facts.type) || facts.final;
  }

  WatchRequest request_;
  const LineHandler& handle_;
  const std::function<bool()>& interrupted_;
  bool was_open_ = false;
  bool had_line_ = false;
  bool done_ = false;
};

}  // namespace

absl::StatusOr<ServerAddress> ParseServerUrl(std::string_view url) {
  absl::Status wrong = absl::InvalidArgumentError(
      storage::Concat("'", url, "' is no server; expected http://HOST:PORT, for example http://127.0.0.1:7117"));
  constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme)) return wrong;
  url.remove_prefix(kScheme.size());
  if (url.ends_with('/')) url.remove_suffix(1);
  const size_t colon = url.rfind(':');
  if (url.empty() || colon == 0 || url.find('/') != std::string_view::npos) return wrong;
  if (colon == std::string_view::npos) return ServerAddress{std::string(url), "80"};
  std::string_view host = url.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return ServerAddress{std::string(host), std::string(url.substr(colon + 1))};
}

absl::Status WatchServer(WatchRequest request, const LineHandler& handle, const std::function<bool()>& interrupted) {
  return ResumingWatch(std::move(request), handle, interrupted).Run();
}

}  // namespace setpoint::tools
