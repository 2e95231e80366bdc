#include "server/access/tls_identity.h"

#include <openssl/ssl.h>
#include <sys/stat.h>

#include <array>
#include <string_view>
#include <utility>

#include "storage/base/concat.h"
#include "storage/base/logging.h"

namespace setpoint::server {
namespace {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

// How soon a new certificate is in use without SIGHUP: often enough for whoever renews, rare enough to cost nothing.
constexpr auto kLookInterval = std::chrono::seconds(2);

// Forward secrecy and authenticated encryption only; TLS 1.3 has nothing else.
constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";

const storage::Logger& Log() {
  static const storage::Logger logger("server/access");
  return logger;
}

// Changes whenever one of the files does.
std::string StampOf(const TlsOptions& options) {
  std::string stamp;
  for (const std::string* path : {&options.certificate, &options.key}) {
    struct stat facts = {};
    if (stat(path->c_str(), &facts) != 0) return "";
    stamp += storage::Concat(facts.st_dev, ":", facts.st_ino, ":", facts.st_size, ":", facts.st_mtim.tv_sec, ":",
                             facts.st_mtim.tv_nsec, ";");
  }
  return stamp;
}

// HTTP/1.1 is all that is spoken. A client that asks for nothing gets nothing; one that cannot do it is told so.
int ChooseProtocol(SSL* /*connection*/, const unsigned char** chosen, unsigned char* chosen_size,
                   const unsigned char* offered, unsigned offered_size, void* /*argument*/) {
  static constexpr std::array<unsigned char, 9> kHttp11 = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  unsigned char* found = nullptr;
  if (SSL_select_next_proto(&found, chosen_size, kHttp11.data(), kHttp11.size(), offered, offered_size) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

absl::StatusOr<std::shared_ptr<ssl::context>> MakeContext(const TlsOptions& options) {
  const auto wrong = [](std::string_view what, const std::string& path, const error_code& error) {
    return absl::FailedPreconditionError(storage::Concat("the ", what, " ", path, ": ", error.message()));
  };
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  SSL_CTX* native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_cipher_list(native, kCiphers);
  SSL_CTX_set_alpn_select_cb(native, &ChooseProtocol, nullptr);
  // A key under a passphrase must not make the server ask its terminal.
  SSL_CTX_set_default_passwd_cb(native, [](char*, int, int, void*) { return 0; });
  error_code error;
  context->use_certificate_chain_file(options.certificate, error);
  if (error) return wrong("certificate", options.certificate, error);
  context->use_private_key_file(options.key, ssl::context::pem, error);
  if (error) return wrong("key", options.key, error);
  if (SSL_CTX_check_private_key(native) != 1) {
    return absl::FailedPreconditionError(
        storage::Concat("the key ", options.key, " does not belong to the certificate ", options.certificate));
  }
  return context;
}

}  // namespace

absl::StatusOr<std::unique_ptr<TlsIdentity>> TlsIdentity::Open(const TlsOptions& options) {
  if (options.certificate.empty() || options.key.empty()) {
    return absl::InvalidArgumentError("tls.certificate and tls.key are needed together");
  }
  std::unique_ptr<TlsIdentity> identity(new TlsIdentity(options));
  if (absl::Status status = identity->Reload(); !status.ok()) return status;
  return identity;
}

absl::Status TlsIdentity::Reload() {
  const absl::MutexLock lock(&mutex_);
  return ReloadLocked();
}

absl::Status TlsIdentity::ReloadLocked() {
  // Taken first: files that change while they are read are read again.
  seen_ = StampOf(options_);
  looked_ = Clock::now();
  auto context = MakeContext(options_);
  if (!context.ok()) return context.status();
  if (context_ != nullptr) Log().Info("the certificate was read anew");
  context_ = *std::move(context);
  return absl::OkStatus();
}

std::shared_ptr<ssl::context> TlsIdentity::Current() {
  const absl::MutexLock lock(&mutex_);
  if (Clock::now() - looked_ < kLookInterval) return context_;
  looked_ = Clock::now();
  if (StampOf(options_) == seen_) return context_;
  if (absl::Status status = ReloadLocked(); !status.ok()) {
    Log().Error(storage::Concat("the certificate stays as it was: ", std::string(status.message())));
  }
  return context_;
}

}  // namespace setpoint::server
