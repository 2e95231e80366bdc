#include "tests/tools/tls_server.h"

#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "absl/synchronization/mutex.h"
#include "tests/tools/certificates.h"

namespace setpoint::test {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

}  // namespace

class TlsServer::Impl {
 public:
  Impl(const std::string& directory, ServerEncryption encryption)
      : encryption_(encryption),
        context_(asio::ssl::context::tls_server),
        acceptor_(io_, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0)) {
    if (encryption_ == ServerEncryption::kTls) {
      MakeCertificates(directory);
      context_.use_certificate_chain_file(directory + "/server.pem");
      context_.use_private_key_file(directory + "/server.key", asio::ssl::context::pem);
    }
    port_ = acceptor_.local_endpoint().port();
    thread_ = std::thread([this] { Serve(); });
  }

  ~Impl() {
    {
      absl::MutexLock lock(&mutex_);
      stopping_ = true;
      if (current_ != nullptr) {
        error_code ignored;
        current_->shutdown(tcp::socket::shutdown_both, ignored);
      }
    }
    error_code ignored;
    tcp::socket wake(io_);
    wake.connect(tcp::endpoint(asio::ip::make_address("127.0.0.1"), port_), ignored);
    thread_.join();
  }

  uint16_t port() const { return port_; }

  void SetAnswers(std::vector<CannedAnswer> answers) {
    absl::MutexLock lock(&mutex_);
    answers_ = std::move(answers);
    next_answer_ = 0;
  }

  std::vector<SeenRequest> Seen() const {
    absl::MutexLock lock(&mutex_);
    return seen_;
  }

 private:
  void Serve() {
    for (int connection = 1;; ++connection) {
      tcp::socket socket(io_);
      error_code error;
      acceptor_.accept(socket, error);
      {
        absl::MutexLock lock(&mutex_);
        if (error || stopping_) return;
        current_ = &socket;
      }
      if (encryption_ == ServerEncryption::kTls) {
        asio::ssl::stream<tcp::socket&> stream(socket, context_);
        stream.handshake(asio::ssl::stream_base::server, error);
        if (!error) Answer(stream, connection);
      } else {
        Answer(socket, connection);
      }
      absl::MutexLock lock(&mutex_);
      current_ = nullptr;
    }
  }

  template <typename Stream>
  void Answer(Stream& stream, int connection) {
    boost::beast::flat_buffer buffer;
    while (true) {
      http::request<http::string_body> request;
      error_code error;
      http::read(stream, buffer, request, error);
      if (error) return;
      const CannedAnswer canned = Take(request, connection);
      http::response<http::string_body> response(static_cast<http::status>(canned.status), 11);
      response.body() = canned.body;
      response.prepare_payload();
      http::write(stream, response, error);
      if (error || canned.close) return;
    }
  }

  CannedAnswer Take(const http::request<http::string_body>& request, int connection) {
    absl::MutexLock lock(&mutex_);
    seen_.push_back({std::string(request.method_string()), std::string(request.target()),
                     std::string(request[http::field::authorization]), request.body(), connection});
    if (answers_.empty()) return {};
    const CannedAnswer answer = answers_[next_answer_];
    if (next_answer_ + 1 < answers_.size()) ++next_answer_;
    return answer;
  }

  const ServerEncryption encryption_;
  asio::io_context io_;
  asio::ssl::context context_;
  tcp::acceptor acceptor_;
  uint16_t port_ = 0;
  std::thread thread_;
  mutable absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  tcp::socket* current_ ABSL_GUARDED_BY(mutex_) = nullptr;
  std::vector<CannedAnswer> answers_ ABSL_GUARDED_BY(mutex_);
  size_t next_answer_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<SeenRequest> seen_ ABSL_GUARDED_BY(mutex_);
};

TlsServer::TlsServer(const std::string& directory, ServerEncryption encryption)
    : ca_file_(directory + "/ca.pem"), impl_(std::make_unique<Impl>(directory, encryption)) {}

TlsServer::~TlsServer() = default;

uint16_t TlsServer::port() const { return impl_->port(); }
void TlsServer::SetAnswers(std::vector<CannedAnswer> answers) { impl_->SetAnswers(std::move(answers)); }
std::vector<SeenRequest> TlsServer::Seen() const { return impl_->Seen(); }

}  // namespace setpoint::test
