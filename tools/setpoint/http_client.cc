#include "tools/setpoint/http_client.h"

#include <algorithm>
#include <array>
#include <optional>
#include <variant>

#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "query/json_value.h"
#include "server/http/compression.h"
#include "storage/base/concat.h"

namespace setpoint::tools {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace ssl = boost::asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

// How often an interruption is looked for while nothing arrives.
constexpr milliseconds kLookInterval{100};
constexpr milliseconds kConnectMax{10'000};
constexpr uint64_t kProblemBytesMax = uint64_t{64} << 10;

using PlainStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

void AppendEncoded(std::string_view value, std::string& target) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  for (const char byte : value) {
    const auto code = static_cast<unsigned char>(byte);
    const bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
                       std::string_view("-._~").find(byte) != std::string_view::npos;
    if (plain) {
      target.push_back(byte);
    } else {
      target.append({'%', kDigits[code >> 4], kDigits[code & 15]});
    }
  }
}

bool IsToken(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

class Client final : public HttpClient {
 public:
  Client(HttpClientOptions options, std::function<bool()> interrupted)
      : options_(std::move(options)), interrupted_(std::move(interrupted)), tls_(ssl::context::tls_client) {}

  absl::Status Prepare() {
    if (!IsToken(options_.token)) {
      return absl::InvalidArgumentError("the token is none: it must be printable characters without blanks");
    }
    if (options_.address.transport == Transport::kPlain) return absl::OkStatus();
    error_code error;
    tls_.set_options(ssl::context::default_workarounds | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1, error);
    tls_.set_verify_mode(ssl::verify_peer, error);
    if (options_.ca_file.empty()) {
      tls_.set_default_verify_paths(error);
    } else {
      tls_.load_verify_file(options_.ca_file, error);
    }
    if (!error) return absl::OkStatus();
    return absl::InvalidArgumentError(
        storage::Concat("the certificates of '", options_.ca_file, "' cannot be read: ", error.message()));
  }

  absl::StatusOr<HttpAnswer> Ask(const HttpRequest& request) override {
    const bool was_kept = HasConnection();
    auto answer = AskOnce(request);
    // The server may have closed the kept connection just now. Asking twice changes nothing: all that is posted here is
    // a cursor.
    if (!answer.ok() && was_kept && absl::IsUnavailable(answer.status())) answer = AskOnce(request);
    return answer;
  }

  absl::Status OpenStream(const HttpRequest& request) override {
    Close();
    if (absl::Status status = Send(request, Kind::kStream); !status.ok()) return status;
    stream_parser_.emplace();
    stream_parser_->body_limit(boost::none);
    error_code error = ReadHeader(*stream_parser_);
    if (error) return Broken(error);
    HttpAnswer answer;
    answer.status = stream_parser_->get().result_int();
    if (answer.status == 200) return absl::OkStatus();
    answer.content_type = stream_parser_->get()[http::field::content_type];
    while (answer.body.size() < kProblemBytesMax) {
      const auto bytes = Read();
      if (!bytes.ok() || bytes->empty()) break;
      answer.body.append(*bytes);
    }
    Close();
    return StatusOfAnswer(answer);
  }

  absl::StatusOr<std::string_view> Read() override {
    while (!stream_parser_->is_done()) {
      auto& body = stream_parser_->get().body();
      body.data = bytes_.data();
      body.size = bytes_.size();
      error_code error = Await(options_.silence_max, [this](auto& stream, auto handler) {
        http::async_read_some(stream, buffer_, *stream_parser_, std::move(handler));
      });
      const size_t read = bytes_.size() - body.size;
      if (read > 0) return std::string_view(bytes_.data(), read);
      if (error && error != http::error::need_buffer) return Broken(error);
    }
    return std::string_view();
  }

 private:
  bool HasConnection() const { return !std::holds_alternative<std::monostate>(stream_); }

  void Close() {
    stream_ = std::monostate();
    buffer_.clear();
  }

  absl::StatusOr<HttpAnswer> AskOnce(const HttpRequest& request) {
    if (absl::Status status = Send(request, Kind::kWhole); !status.ok()) return status;
    http::response_parser<http::string_body> parser;
    parser.body_limit(kAnswerBytesMax);
    error_code error = ReadHeader(parser);
    while (!error && !parser.is_done()) {
      error = Await(options_.silence_max, [this, &parser](auto& stream, auto handler) {
        http::async_read_some(stream, buffer_, parser, std::move(handler));
      });
    }
    if (error) return Broken(error);
    HttpAnswer answer;
    answer.status = parser.get().result_int();
    answer.content_type = parser.get()[http::field::content_type];
    answer.body = std::move(parser.get().body());
    if (!parser.get().keep_alive()) Close();
    if (parser.get()[http::field::content_encoding] != "zstd") return answer;
    auto plain = server::DecodeZstd(answer.body, kAnswerBytesMax);
    if (!plain.ok()) return absl::UnavailableError(plain.status().message());
    answer.body = *std::move(plain);
    return answer;
  }

  // Whether an answer is read to its end, or as it comes on a connection of its own.
  enum class Kind { kWhole, kStream };

  // Connects if need be, and writes the request.
  absl::Status Send(const HttpRequest& request, Kind kind) {
    if (!HasConnection()) {
      if (absl::Status status = Connect(); !status.ok()) return status;
    }
    http::request<http::string_body> message;
    message.version(11);
    message.method_string({request.method.data(), request.method.size()});
    message.target(request.target);
    message.set(http::field::host, options_.address.Authority());
    message.set(http::field::user_agent, "setpoint");
    message.set(http::field::connection, kind == Kind::kWhole ? "keep-alive" : "close");
    if (kind == Kind::kWhole && options_.encoded) message.set(http::field::accept_encoding, "zstd");
    if (!options_.token.empty()) message.set(http::field::authorization, storage::Concat("Bearer ", options_.token));
    if (request.method == "POST") {
      message.set(http::field::content_type, "application/json");
      message.body() = request.body;
      message.prepare_payload();
    }
    error_code error = Await(options_.silence_max, [&message](auto& stream, auto handler) {
      http::async_write(stream, message, std::move(handler));
    });
    return error ? Broken(error) : absl::OkStatus();
  }

  template <typename Parser>
  error_code ReadHeader(Parser& parser) {
    return Await(options_.silence_max, [this, &parser](auto& stream, auto handler) {
      http::async_read_header(stream, buffer_, parser, std::move(handler));
    });
  }

  absl::Status Connect() {
    const ServerAddress& address = options_.address;
    tcp::resolver resolver(io_);
    tcp::resolver::results_type endpoints;
    error_code error = Run(
        kConnectMax,
        [&](auto handler) {
          resolver.async_resolve(address.host, address.port,
                                 [&endpoints, handler](error_code failed, tcp::resolver::results_type found) mutable {
                                   endpoints = std::move(found);
                                   handler(failed);
                                 });
        },
        [&resolver] { resolver.cancel(); });
    if (error) return NotReached(error);
    if (address.transport == Transport::kPlain) {
      stream_ = std::make_unique<PlainStream>(io_);
    } else {
      auto stream = std::make_unique<TlsStream>(io_, tls_);
      ExpectHost(stream->native_handle());
      stream_ = std::move(stream);
    }
    error = Await(kConnectMax, [&endpoints](auto& stream, auto handler) {
      beast::get_lowest_layer(stream).async_connect(
          endpoints, [handler](error_code failed, const tcp::endpoint&) mutable { handler(failed); });
    });
    if (!error) error = Handshake();
    return error ? NotReached(error) : absl::OkStatus();
  }

  // The certificate must be for the host that was asked for.
  void ExpectHost(SSL* handle) const {
    std::string host = options_.address.host;
    error_code no_address;
    asio::ip::make_address(host, no_address);
    if (!no_address) {
      X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(handle), host.c_str());
      return;
    }
    SSL_set1_host(handle, host.c_str());
    // Names only: RFC 6066 has no addresses here. (The macro for it casts as C does.)
    SSL_ctrl(handle, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host.data());
  }

  error_code Handshake() {
    auto* const tls = std::get_if<std::unique_ptr<TlsStream>>(&stream_);
    if (tls == nullptr) return {};
    return Await(kConnectMax,
                 [tls](auto&, auto handler) { (*tls)->async_handshake(ssl::stream_base::client, std::move(handler)); });
  }

  // Runs one step on the connection, whichever kind it is.
  template <typename Start>
  error_code Await(milliseconds limit, Start start) {
    return std::visit(
        [&](auto& stream) -> error_code {
          if constexpr (std::is_same_v<std::decay_t<decltype(stream)>, std::monostate>) {
            return asio::error::not_connected;
          } else {
            return Run(
                limit, [&](auto handler) { start(*stream, std::move(handler)); },
                [&stream] { beast::get_lowest_layer(*stream).close(); });
          }
        },
        stream_);
  }

  // Starts an asynchronous step and waits for its end; `stop` makes it end where the user has enough or nothing comes.
  template <typename Start, typename Stop>
  error_code Run(milliseconds limit, Start start, Stop stop) {
    std::optional<error_code> done;
    start([&done](error_code error, auto&&...) { done = error; });
    const auto deadline = std::chrono::steady_clock::now() + limit;
    error_code why;
    while (!done) {
      io_.restart();
      if (why) {
        io_.run_one();
        continue;
      }
      io_.run_one_for(kLookInterval);
      if (done) break;
      if (interrupted_()) {
        why = asio::error::operation_aborted;
      } else if (std::chrono::steady_clock::now() > deadline) {
        why = asio::error::timed_out;
      }
      if (why) stop();
    }
    return why ? why : *done;
  }

  absl::Status NotReached(error_code error) {
    std::string reason = error.message();
    if (const auto* tls = std::get_if<std::unique_ptr<TlsStream>>(&stream_)) {
      const long verdict = SSL_get_verify_result((*tls)->native_handle());
      if (verdict != X509_V_OK) {
        reason = storage::Concat("its certificate is not trusted: ", X509_verify_cert_error_string(verdict),
                                 "; --ca-file names whom to trust");
      }
    }
    Close();
    if (error == asio::error::operation_aborted) return absl::CancelledError("interrupted");
    return absl::UnavailableError(storage::Concat("cannot reach a server at ", options_.address.Url(), ": ", reason));
  }

  absl::Status Broken(error_code error) {
    Close();
    if (error == asio::error::operation_aborted) return absl::CancelledError("interrupted");
    if (error == asio::error::timed_out) return absl::UnavailableError("the server has been silent for too long");
    return absl::UnavailableError(
        storage::Concat("the connection to ", options_.address.Url(), " broke: ", error.message()));
  }

  const HttpClientOptions options_;
  const std::function<bool()> interrupted_;
  asio::io_context io_;
  ssl::context tls_;
  std::variant<std::monostate, std::unique_ptr<PlainStream>, std::unique_ptr<TlsStream>> stream_;
  beast::flat_buffer buffer_;
  std::optional<http::response_parser<http::buffer_body>> stream_parser_;
  std::array<char, 65'536> bytes_;
};

}  // namespace

std::string TargetOf(const std::vector<std::string>& segments, const HttpParameters& parameters) {
  std::string target;
  for (const std::string& segment : segments) {
    target.push_back('/');
    AppendEncoded(segment, target);
  }
  char separator = '?';
  for (const auto& [name, value] : parameters) {
    target.push_back(std::exchange(separator, '&'));
    AppendEncoded(name, target);
    target.push_back('=');
    AppendEncoded(value, target);
  }
  return target;
}

absl::Status StatusOfAnswer(const HttpAnswer& answer) {
  if (answer.status >= 200 && answer.status < 300) return absl::OkStatus();
  std::string detail = storage::Concat("the server answered ", answer.status);
  const auto value = query::ParseJson(answer.body);
  if (value.ok()) {
    if (const query::JsonValue* text = value->Find("detail")) detail = text->Scalar();
  }
  switch (answer.status) {
    case 400:
    case 422:
      return absl::InvalidArgumentError(detail);
    case 401:
      return absl::UnauthenticatedError(detail);
    case 403:
      return absl::PermissionDeniedError(detail);
    case 404:
      return absl::NotFoundError(detail);
    case 409:
      return absl::FailedPreconditionError(detail);
    case 410:
      return absl::OutOfRangeError(detail);
    case 500:
      return absl::DataLossError(detail);
    default:
      return absl::UnavailableError(detail);
  }
}

absl::StatusOr<std::unique_ptr<HttpClient>> HttpClient::Create(HttpClientOptions options,
                                                               std::function<bool()> interrupted) {
  auto client = std::make_unique<Client>(std::move(options), std::move(interrupted));
  if (absl::Status status = client->Prepare(); !status.ok()) return status;
  return client;
}

}  // namespace setpoint::tools
