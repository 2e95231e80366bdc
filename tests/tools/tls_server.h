// A server with a certificate of its own, for tests of the client: answers each request as it was told to and keeps
// what it was asked. One connection at a time. Any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace setpoint::test {

enum class ServerEncryption { kTls, kNone };

struct SeenRequest {
  std::string method;
  std::string target;
  std::string authorization;
  std::string body;
  int connection = 0;  // Counted from 1.
};

struct CannedAnswer {
  unsigned status = 200;
  std::string body;
  bool close = false;  // The connection, after the answer, without having said so.
};

class TlsServer {
 public:
  // Its certificate and key are made in `directory`, for the name "localhost", by an authority that nobody knows.
  TlsServer(const std::string& directory, ServerEncryption encryption);
  ~TlsServer();
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  uint16_t port() const;
  // The authority's certificate.
  const std::string& ca_file() const { return ca_file_; }

  // Answers are given in this order, the last one again and again.
  void SetAnswers(std::vector<CannedAnswer> answers);
  std::vector<SeenRequest> Seen() const;

 private:
  class Impl;

  std::string ca_file_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace setpoint::test
