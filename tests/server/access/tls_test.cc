// TLS: who is let in how, and a certificate that is exchanged while connections are open.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "server/access/tls_identity.h"
#include "server/access/token.h"
#include "storage/base/concat.h"
#include "storage/base/logging.h"
#include "tests/server/access/test_certificate.h"
#include "tests/server/access/tls_client.h"
#include "tests/server/server_under_test.h"

namespace setpoint::test {
namespace {

using storage::Concat;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kGet = "GET /v1/status HTTP/1.1\r\nHost: localhost\r\n";

std::string Contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

class TlsTest : public testing::Test {
 protected:
  void SetUp() override {
    const TestCertificate first = MakeTestCertificate(directory_.path(), "first");
    Use(first);
    server_.options().tls.certificate = certificate_;
    server_.options().tls.key = key_;
    server_.options().watch.bookmark_interval = std::chrono::milliseconds(20);
  }

  // Puts a certificate and its key where the server looks for them.
  void Use(const TestCertificate& other) {
    std::filesystem::copy_file(other.certificate, certificate_, std::filesystem::copy_options::overwrite_existing);
    std::filesystem::copy_file(other.key, key_, std::filesystem::copy_options::overwrite_existing);
  }

  // The server speaks TLS, so that its readiness is not asked for in clear.
  void Start() { server_.StartWithoutWaiting(); }

  std::string Ask(TlsClient& client, std::string_view header_lines = "") {
    client.Send(Concat(kGet, header_lines, "\r\n"));
    return client.ReadUntil("}\n");
  }

  const TemporaryDirectory directory_;
  const std::string certificate_ = directory_.path() + "/server.crt";
  const std::string key_ = directory_.path() + "/server.key";
  ServerUnderTest server_;
};

TEST_F(TlsTest, AnswersThroughItAndTellsWhoeverSpeaksInClear) {
  Start();
  EXPECT_TRUE(server_.app().Url().starts_with("https://"));
  TlsClient client(server_.port());
  ASSERT_TRUE(client.is_connected());
  EXPECT_THAT(Ask(client), HasSubstr("200 OK"));
  EXPECT_THAT(Ask(client), HasSubstr("200 OK")) << "the connection is still good";
  HttpClient clear(server_.port());
  const HttpAnswer refused = clear.Get("/v1/status");
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("urn:setpoint:problem:tls-needed"));
  EXPECT_TRUE(clear.IsClosed());
}

TEST_F(TlsTest, OldVersionsAndOtherProtocolsAreRefused) {
  Start();
  EXPECT_TRUE(TlsClient(server_.port(), {.version_max = TLS1_2_VERSION, .protocols = ""}).is_connected());
  EXPECT_FALSE(TlsClient(server_.port(), {.version_max = TLS1_1_VERSION, .protocols = ""}).is_connected());
  const TlsClient both(server_.port(), {.version_max = TLS1_3_VERSION, .protocols = "\x02h2\x08http/1.1"});
  EXPECT_EQ(both.protocol(), "http/1.1");
  EXPECT_FALSE(TlsClient(server_.port(), {.version_max = TLS1_3_VERSION, .protocols = "\x02h2"}).is_connected());
}

TEST_F(TlsTest, WhoDoesNotShakeHandsIsNotWaitedFor) {
  server_.options().tls.handshake_timeout = std::chrono::milliseconds(50);
  Start();
  HttpClient silent(server_.port());
  HttpClient begun(server_.port());
  begun.Send(std::string_view("\x16\x03\x01\x02\x00", 5));
  HttpClient nonsense(server_.port());
  nonsense.Send(std::string_view("\x00\x00\x00", 3));
  EXPECT_TRUE(silent.IsClosed());
  EXPECT_TRUE(begun.IsClosed());
  EXPECT_TRUE(nonsense.IsClosed());
}

TEST_F(TlsTest, ANewCertificateIsForNewConnectionsAndCutsNoOldOne) {
  server_.Push("a.yaml", "k: 1\n");
  Start();
  server_.database().catalog.WaitBeyond(storage::Revision(0), absl::Seconds(60));
  TlsClient stream(server_.port());
  EXPECT_EQ(stream.server_name(), "first");
  stream.Send("GET /v1/watch?from=start&repo=repo HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(stream.ReadUntil("a.yaml"), HasSubstr("a.yaml"));
  Use(MakeTestCertificate(directory_.path(), "second"));
  server_.app().Reload();
  EXPECT_EQ(TlsClient(server_.port()).server_name(), "second");
  server_.Push("b.yaml", "k: 1\n");
  EXPECT_THAT(stream.ReadUntil("b.yaml"), HasSubstr("b.yaml"));
  // A key of another certificate, as in the middle of an exchange: the old pair stays.
  std::filesystem::copy_file(MakeTestCertificate(directory_.path(), "third").key, key_,
                             std::filesystem::copy_options::overwrite_existing);
  server_.app().Reload();
  EXPECT_EQ(TlsClient(server_.port()).server_name(), "second");
}

TEST_F(TlsTest, WhatIsNoCertificateIsSaidWithoutShowingIt) {
  std::ofstream(key_, std::ios::trunc) << "-----BEGIN PRIVATE KEY-----\nCANARY\n-----END PRIVATE KEY-----\n";
  const auto identity = server::TlsIdentity::Open({.certificate = certificate_, .key = key_});
  EXPECT_EQ(identity.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(identity.status().message(), testing::AllOf(HasSubstr(key_), Not(HasSubstr("CANARY"))));
  EXPECT_EQ(server::TlsIdentity::Open({.certificate = certificate_, .key = ""}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

// Everything that the server writes while it is used and misused, at its most talkative.
TEST_F(TlsTest, NoSecretIsInAnyLog) {
  const std::string tokens = directory_.path() + "/tokens";
  std::ofstream(tokens) << Concat("ops sha256:", server::HashToken("spt_CANARY-token").Hex(), " admin\n",
                                  "old sha256:", server::HashToken("spt_CANARY-expired").Hex(),
                                  " read expires=2020-01-01T00:00:00Z\n");
  chmod(tokens.c_str(), 0600);
  server_.options().access.token_file = tokens;
  server_.options().log.level = "debug";
  server_.options().access.wrong_tokens_per_minute = 1'000;
  server_.Push("s.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {k: CANARY-secret}\n");
  server_.Push("broken.yaml", "apiVersion: v1\nkind: Secret\nstringData: {k: CANARY-broken\n");
  testing::internal::CaptureStderr();
  Start();
  const auto ask = [&](const std::string& request) {
    TlsClient client(server_.port());
    client.Send(request);
    return client.ReadUntil("}\n");
  };
  for (const char* token : {"spt_CANARY-token", "spt_CANARY-expired", "spt_CANARY-wrong"}) {
    const std::string header = Concat("Host: localhost\r\nAuthorization: Bearer ", token, "\r\n");
    for (const char* target : {"/v1/status?token=CANARY-query", "/v1/CANARY-path", "/v1/repositories/repo/resources",
                               "/v1/repositories/repo/resources/s.yaml%23Secret%2Fs?show_secrets=true"}) {
      ask(Concat("GET ", target, " HTTP/1.1\r\n", header, "\r\n"));
    }
    ask(Concat("POST /v1/repositories/repo/fetch HTTP/1.1\r\n", header, "Content-Length: 6\r\n\r\nCANARY"));
    for (const char* forge : {"github", "gitlab", "gitea", "bitbucket", "generic"}) {
      ask(Concat("POST /v1/hooks/", forge, " HTTP/1.1\r\n", header, "X-Hub-Signature-256: sha256=CANARY\r\n",
                 "X-Gitlab-Token: CANARY\r\nContent-Length: 12\r\n\r\n{\"CANARY\":1}"));
    }
  }
  EXPECT_THAT(ask("GET /v1/repositories/repo/resources/s.yaml%23Secret%2Fs?show_secrets=true HTTP/1.1\r\n"
                  "Host: localhost\r\nAuthorization: Bearer spt_CANARY-token\r\n\r\n"),
              HasSubstr("CANARY-secret"))
      << "what must not be in the log is in the store";
  server_.app().Reload();
  server_.Stop();
  const std::string logged = testing::internal::GetCapturedStderr();
  storage::SetLogLevel(storage::LogLevel::kWarning);
  EXPECT_THAT(logged, HasSubstr("a token that is not known was sent from 127.0.0.1"));
  EXPECT_THAT(logged, HasSubstr("audit {"));
  EXPECT_THAT(logged, Not(HasSubstr("CANARY")));
  const std::string key = Contents(key_);
  EXPECT_THAT(logged, Not(HasSubstr(key.substr(key.find('\n') + 1, 40))));
}

}  // namespace
}  // namespace setpoint::test
