#include "tests/server/access/tls_client.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>

namespace setpoint::test {
namespace {

constexpr int kDeadlineSeconds = 60;

}  // namespace

TlsClient::TlsClient(uint16_t port, const TlsClientOptions& options)
    : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      context_(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free),
      tls_(nullptr, &SSL_free) {
  const timeval deadline{kDeadlineSeconds, 0};
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ADD_FAILURE() << "cannot connect to port " << port;
    return;
  }
  SSL_CTX_set_security_level(context_.get(), 0);  // So that old versions are offered at all.
  SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(context_.get(), options.version_max);
  tls_.reset(SSL_new(context_.get()));
  if (!options.protocols.empty()) {
    SSL_set_alpn_protos(tls_.get(), reinterpret_cast<const unsigned char*>(options.protocols.data()),
                        static_cast<unsigned>(options.protocols.size()));
  }
  SSL_set_fd(tls_.get(), socket_);
  connected_ = SSL_connect(tls_.get()) == 1;
}

TlsClient::~TlsClient() { close(socket_); }

std::string TlsClient::protocol() const {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(tls_.get(), &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

std::string TlsClient::server_name() const {
  const std::unique_ptr<X509, void (*)(X509*)> peer(SSL_get1_peer_certificate(tls_.get()), &X509_free);
  if (peer == nullptr) return "";
  std::array<char, 256> name{};
  X509_NAME_get_text_by_NID(X509_get_subject_name(peer.get()), NID_commonName, name.data(), name.size());
  return name.data();
}

void TlsClient::Send(std::string_view bytes) {
  EXPECT_EQ(SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size())), static_cast<int>(bytes.size()));
}

std::string TlsClient::ReadUntil(std::string_view text) {
  std::array<char, 16'384> bytes;
  while (received_.find(text) == std::string::npos) {
    const int read = SSL_read(tls_.get(), bytes.data(), bytes.size());
    if (read <= 0) break;
    received_.append(bytes.data(), static_cast<size_t>(read));
  }
  return std::exchange(received_, {});
}

}  // namespace setpoint::test
