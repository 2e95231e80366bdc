// A blocking TLS client close to the bytes, with a deadline for each of its calls. One thread.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace setpoint::test {

struct TlsClientOptions {
  int version_max = TLS1_3_VERSION;
  std::string protocols;  // ALPN, in wire form; empty: asks for none.
};

class TlsClient {
 public:
  // Connects and shakes hands; does not look who the server is.
  explicit TlsClient(uint16_t port, const TlsClientOptions& options = {});
  ~TlsClient();
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  bool is_connected() const { return connected_; }
  std::string protocol() const;     // That was agreed upon; empty: none.
  std::string server_name() const;  // The common name of its certificate.

  void Send(std::string_view bytes);
  // Reads until the text has come; gives all that has. Less at the end of the connection.
  std::string ReadUntil(std::string_view text);

 private:
  int socket_ = -1;
  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_;
  std::unique_ptr<SSL, void (*)(SSL*)> tls_;
  bool connected_ = false;
  std::string received_;
};

}  // namespace setpoint::test
