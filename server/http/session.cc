#include "server/http/session.h"

#include <array>
#include <optional>
#include <utility>
#include <variant>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/read.hpp>

#include "query/text.h"
#include "server/http/answer_writer.h"
#include "server/http/error_mapping.h"
#include "server/http/framing.h"
#include "server/http/ready_answer.h"
#include "storage/base/concat.h"
#include "storage/base/logging.h"

namespace setpoint::server {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

constexpr auto kToTuple = asio::as_tuple(asio::use_awaitable);

// After an error answer so much of what the client still sends is read, so that the close does not reset the
// connection before the client has seen the answer.
constexpr size_t kDrainBytesMax = size_t{256} << 10;
constexpr auto kDrainTimeout = std::chrono::seconds(1);

// How often a position that somebody waits for is looked for: short beside the fetch that brings it, and cheap.
constexpr auto kLookAgain = std::chrono::milliseconds(50);

Method MethodOf(http::verb verb) {
  if (verb == http::verb::get || verb == http::verb::head) return Method::kGet;
  return verb == http::verb::post ? Method::kPost : Method::kOther;
}

std::vector<std::pair<std::string, std::string>> HeadersOf(const http::fields& fields) {
  std::vector<std::pair<std::string, std::string>> headers;
  for (const auto& field : fields) {
    const auto name = field.name_string();
    const auto value = field.value();
    headers.emplace_back(query::LowerCase({name.data(), name.size()}), std::string(value.data(), value.size()));
  }
  return headers;
}

// Which repository is asked about; empty where none is named.
std::string RepositoryOf(const Request& request) {
  const auto& segments = request.segments;
  if (segments.size() > 2 && segments[0] == "v1" && segments[1] == "repositories") return segments[2];
  for (const auto& [name, value] : request.query) {
    if (name == "repo") return value;
  }
  return "";
}

struct Refusal {
  unsigned status;
  std::string_view word;
  std::string_view detail;
};

// How a request that cannot be read is answered; nothing: the connection is gone.
std::optional<Refusal> RefusalOf(error_code error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return Refusal{431, "header-too-large", "the request header is larger than this server takes"};
  }
  if (error == http::error::body_limit) {
    return Refusal{413, "body-too-large", "the request body is larger than this server takes"};
  }
  if (error == http::error::end_of_stream || error == http::error::partial_message) return std::nullopt;
  if (error.category() == make_error_code(http::error::bad_version).category()) {
    return Refusal{400, "bad-request", "this is not a well-formed HTTP/1.1 request"};
  }
  return std::nullopt;
}

// How a request that two readers could read differently is answered.
std::optional<Refusal> RefusalOf(const std::vector<std::pair<std::string, std::string>>& headers, unsigned version) {
  const auto ambiguity = AmbiguityOf(headers, version);
  if (!ambiguity) return std::nullopt;
  return Refusal{400, "bad-request", *ambiguity};
}

// The result of a handler of either kind, as it comes back from the worker.
using Outcome = std::variant<Response, OpenedWatch>;

Outcome Handle(const Handler& handler, const Request& request, std::string_view request_id) {
  const storage::LogScope scope({"request", request_id});
  if (const auto* answer = std::get_if<AnswerHandler>(&handler)) return MakeReady(request, (*answer)(request));
  auto opened = std::get<WatchHandler>(handler)(request);
  if (opened.ok()) return *std::move(opened);
  return ProblemOf(opened.status());
}

// Whether what was asked for may still come, and for how long the client waits for it.
bool MayCome(const Outcome& outcome) {
  const auto* response = std::get_if<Response>(&outcome);
  return response != nullptr && response->may_come;
}

std::chrono::seconds WaitOf(const Request& request) {
  for (const auto& [name, value] : request.query) {
    if (name == "wait") return std::chrono::seconds(query::ParseNumber<uint32_t>(value).value_or(0));
  }
  return std::chrono::seconds(0);
}

// The same, recorded where it is an administrative call.
Outcome HandleAudited(const Gate& gate, const Router::Match& match, const Request& request,
                      std::string_view request_id) {
  if (std::optional<Response> refusal = gate.BeginAudited(match.need)) return *std::move(refusal);
  Outcome outcome = Handle(*match.handler, request, request_id);
  auto* response = std::get_if<Response>(&outcome);
  if (response != nullptr) return gate.FinishAudited(match.need, request, std::move(*response));
  return outcome;
}

std::string PeerOf(const asio::ip::tcp::socket& socket) {
  error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  return error ? "unknown" : endpoint.address().to_string();
}

}  // namespace

Session::Session(asio::ip::tcp::socket socket, SessionContext& context)
    : context_(context),
      peer_(PeerOf(socket)),
      stream_(std::move(socket), context.identity == nullptr ? nullptr : context.identity->Current()),
      output_(stream_, context.limits.stall_timeout),
      deadline_(stream_),
      pause_(stream_.get_executor()),
      buffer_(context.limits.header_bytes_max) {
  error_code ignored;  // Without it the second of two small writes waits for the client's acknowledgement.
  stream_.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
}

void Session::Stop() {
  asio::post(stream_.get_executor(), [self = shared_from_this()] {
    self->stopping_ = true;
    if (self->idle_) self->stream_.cancel();
    self->pause_.cancel();
    if (self->watch_ != nullptr) self->watch_->Stop();
  });
}

void Session::MakeRoom() {
  asio::post(stream_.get_executor(), [self = shared_from_this()] {
    self->stopping_ = true;
    if (self->waiting_since()) self->stream_.close();
  });
}

asio::awaitable<void> Session::TurnAway(std::string_view why) {
  request_id_ = context_.request_ids.Of(std::nullopt);
  // Where TLS is spoken a handshake would cost more than there is room for: the connection just ends.
  if (!stream_.is_secure()) co_await Refuse(503, "overloaded", why);
  stream_.close();
}

void Session::Abort() {
  asio::post(stream_.get_executor(), [self = shared_from_this()] {
    self->stopping_ = true;
    self->stream_.close();
  });
}

asio::awaitable<void> Session::Run() {
  // Who is slow to shake hands makes room as who is slow to ask.
  waiting_since_.store(Clock::now().time_since_epoch().count(), std::memory_order_relaxed);
  bool open = co_await Greet();
  while (open && !stopping_) {
    waiting_since_.store(Clock::now().time_since_epoch().count(), std::memory_order_relaxed);
    std::optional<Incoming> incoming = co_await Read();
    waiting_since_.store(0, std::memory_order_relaxed);
    open = incoming.has_value() && co_await Answer(*std::move(incoming));
  }
  co_await stream_.ShutDown(kDrainTimeout);
}

asio::awaitable<bool> Session::Greet() {
  const Connection::Greeting greeting = co_await stream_.Greet(context_.tls.handshake_timeout);
  if (greeting == Connection::Greeting::kInClear) {
    co_await Refuse(400, "tls-needed", "TLS is spoken here: ask with https://");
  }
  co_return greeting == Connection::Greeting::kReady;
}

asio::awaitable<bool> Session::AwaitFirstByte() {
  if (buffer_.size() > 0) co_return true;
  idle_ = true;
  stream_.expires_after(context_.limits.idle_timeout);
  const auto [error, bytes] = co_await stream_.async_read_some(buffer_.prepare(1'024), kToTuple);
  idle_ = false;
  buffer_.commit(bytes);
  co_return !error;
}

asio::awaitable<error_code> Session::ReadBody(Parser& parser, std::string* body) {
  if (!parser.is_done() && boost::beast::iequals(parser.get()[http::field::expect], "100-continue")) {
    if (const error_code error = co_await output_.Continue()) co_return error;
  }
  std::array<char, 4'096> piece;
  while (!parser.is_done()) {
    parser.get().body().data = piece.data();
    parser.get().body().size = piece.size();
    parser.get().body().more = true;
    const auto [error, bytes] = co_await http::async_read(stream_, buffer_, parser, kToTuple);
    if (error && error != http::error::need_buffer) co_return error;
    if (body != nullptr) body->append(piece.data(), piece.size() - parser.get().body().size);
  }
  co_return error_code();
}

void Session::BeginRequest() {
  outcome_ = {};
  begun_ = Clock::now();
  for (std::string* text : {&request_id_, &method_, &target_, &repository_, &caller_}) text->clear();
}

Session::Incoming Session::DescribeHeader(const Parser& parser) {
  const auto& message = parser.get();
  const auto target = message.target();
  const auto method = message.method_string();
  Incoming incoming;
  incoming.target.assign(target.data(), target.size());
  incoming.method = MethodOf(message.method());
  incoming.headers = HeadersOf(message);
  incoming.frame = {.http_version = message.version(),
                    .keep_alive = message.keep_alive(),
                    .head_only = message.method() == http::verb::head};
  outcome_.method = incoming.method;
  target_ = incoming.target;
  method_.assign(method.data(), method.size());
  const auto id = message.find("X-Request-Id");
  const bool named = id != message.end();
  request_id_ = context_.request_ids.Of(named ? std::optional(std::string_view(id->value().data(), id->value().size()))
                                              : std::nullopt);
  incoming.frame.request_id = request_id_;
  return incoming;
}

asio::awaitable<std::optional<Session::Incoming>> Session::Read() {
  if (!co_await AwaitFirstByte()) co_return std::nullopt;
  BeginRequest();
  Parser parser;
  parser.header_limit(context_.limits.header_bytes_max);
  parser.body_limit(context_.limits.body_bytes_max);
  // A header that has come whole is read where it stands; one that has not is waited for, but not for ever.
  error_code error;
  buffer_.consume(parser.put(buffer_.data(), error));
  bool is_timed = error == http::error::need_more;
  if (is_timed) {
    deadline_.Start(context_.limits.header_timeout);
    error = std::get<0>(co_await http::async_read_header(stream_, buffer_, parser, kToTuple));
  }
  Incoming incoming = DescribeHeader(parser);
  std::optional<Refusal> refusal;
  if (!error) refusal = RefusalOf(incoming.headers, incoming.frame.http_version);
  // A body that is refused is not read: it is no request of ours.
  if (!error && !refusal && !parser.is_done()) {
    is_timed = true;
    deadline_.Start(context_.limits.body_timeout);
    error = co_await ReadBody(parser, incoming.method == Method::kPost ? &incoming.body : nullptr);
  }
  const bool too_late = is_timed && deadline_.Stop();
  if (error) {
    refusal = too_late ? Refusal{408, "request-timeout", "the request did not come in time"} : RefusalOf(error);
  }
  if (refusal) co_await Refuse(refusal->status, refusal->word, refusal->detail);
  if (error || refusal) co_return std::nullopt;
  begun_ = Clock::now();
  co_return incoming;
}

asio::awaitable<void> Session::Refuse(unsigned status, std::string_view word, std::string_view detail) {
  Response response = ProblemResponse(status, word, detail);
  NameInstance(request_id_, response);
  NoteAnswer(status, response.body.size());
  AnswerFrame frame;
  frame.keep_alive = false;
  frame.request_id = request_id_;
  if (co_await output_.Write(response, frame)) co_return;
  error_code ignored;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  stream_.expires_after(kDrainTimeout);
  std::array<char, 4'096> scratch;
  for (size_t drained = 0; drained < kDrainBytesMax;) {
    const auto [error, bytes] = co_await stream_.async_read_some(asio::buffer(scratch), kToTuple);
    if (error) co_return;
    drained += bytes;
  }
}

asio::awaitable<bool> Session::Answer(Incoming incoming) {
  const auto write = [this, &incoming](Response response) { return Write(std::move(response), incoming.frame); };

  if (incoming.target.size() > context_.limits.target_bytes_max) {
    co_return co_await write(
        ProblemResponse(414, "target-too-long", "the request target is longer than this server takes"));
  }
  absl::StatusOr<Request> request = ParseTarget(incoming.target);
  if (!request.ok()) co_return co_await write(ProblemOf(request.status()));
  request->method = incoming.method;
  request->headers = std::move(incoming.headers);
  request->body = std::move(incoming.body);
  request->peer = peer_;
  const Router::Match match = context_.router.Find(*request);
  outcome_.route = match.route;
  repository_ = RepositoryOf(*request);
  if (std::optional<Response> refusal = context_.gate.Admit(match.need, *request)) {
    if (match.need == Need::kAdmin) {
      refusal = co_await context_.workers.Run(
          [&] { return context_.gate.FinishAudited(match.need, *request, *std::move(refusal)); });
    }
    co_return co_await write(*std::move(refusal));
  }
  if (match.allow.empty()) {
    co_return co_await write(
        ProblemResponse(404, "unknown-path", storage::Concat("nothing is served at ", incoming.target.substr(0, 200))));
  }
  if (match.handler == nullptr) {
    Response refusal =
        ProblemResponse(405, "method-not-allowed", storage::Concat("only ", match.allow, " are answered here"));
    refusal.headers.emplace_back("Allow", match.allow);
    co_return co_await write(std::move(refusal));
  }
  if (context_.workers.IsOverloaded()) {
    co_return co_await write(ProblemResponse(503, "overloaded", "too many requests are waiting; try again"));
  }
  if (const auto encoding = request->ListHeader("content-encoding"); encoding.value_or("identity") != "identity") {
    co_return co_await write(ProblemResponse(415, "unsupported-encoding", "request bodies are taken as they are only"));
  }
  const auto handle = [&] { return HandleAudited(context_.gate, match, *request, request_id_); };
  Outcome outcome = co_await context_.workers.Run(handle);
  const auto patience = std::chrono::steady_clock::now() + WaitOf(*request);
  while (MayCome(outcome) && !stopping_ && std::chrono::steady_clock::now() < patience) {
    pause_.expires_after(kLookAgain);
    co_await pause_.async_wait(kToTuple);
    outcome = co_await context_.workers.Run(handle);
  }
  if (request->caller != nullptr) caller_ = request->caller->name;
  if (auto* response = std::get_if<Response>(&outcome)) co_return co_await write(std::move(*response));
  // A stream may be open for weeks: it keeps nothing of its request.
  OpenedWatch opened = std::get<OpenedWatch>(std::move(outcome));
  *request = Request();
  target_ = std::string();
  buffer_.clear();
  buffer_.shrink_to_fit();
  co_await Stream(std::move(opened), incoming.frame);
  co_return false;
}

void Session::NoteAnswer(unsigned status, uint64_t body_bytes) {
  outcome_.status = status;
  outcome_.duration = Clock::now() - begun_;
  outcome_.sent_bytes = body_bytes;
  context_.requests.Count(outcome_);
  if (!context_.access_log.IsOn()) return;
  context_.access_log.Write({.request_id = request_id_,
                             .method = method_,
                             .target = target_,
                             .route = context_.router.routes()[outcome_.route],
                             .repository = repository_,
                             .caller = caller_,
                             .status = status,
                             .duration = outcome_.duration,
                             .sent_bytes = body_bytes});
}

asio::awaitable<bool> Session::Write(Response response, AnswerFrame frame) {
  frame.keep_alive = frame.keep_alive && !stopping_;
  NameInstance(request_id_, response);
  const unsigned status = response.status;
  AnswerWriter writer{output_, context_.workers, *context_.held};
  const bool goes_on = co_await writer.Write(std::move(response), frame);
  NoteAnswer(status, writer.sent_bytes);
  co_return goes_on;
}

asio::awaitable<void> Session::Stream(OpenedWatch opened, AnswerFrame frame) {
  // How long a stream lasts is no measure of anything: what counts is how soon it began.
  NoteAnswer(200, 0);
  if (frame.head_only) {
    frame.keep_alive = false;
    Response response;
    response.content_type = std::string(ContentTypeOf(opened.format));
    co_await output_.Write(response, frame);
    co_return;
  }
  watch_ = std::make_shared<WatchStream>(stream_, output_, context_.hub, std::move(opened));
  if (stopping_) watch_->Stop();
  co_await watch_->Run(frame);
  watch_.reset();
}

}  // namespace setpoint::server
