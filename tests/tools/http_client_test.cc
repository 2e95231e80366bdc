// The one client of HTTP: whom it trusts, what it sends, and what it makes of answers. Most of it from outside, by
// verbs.
#include "tools/setpoint/http_client.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "storage/base/concat.h"
#include "tests/support/temporary_directory.h"
#include "tests/tools/program_run.h"
#include "tests/tools/tls_server.h"

namespace setpoint::test {
namespace {

using storage::Concat;
using tools::HttpClient;
using tools::HttpClientOptions;

constexpr char kRepositories[] = R"({"repositories":[{"name":"shop","source":"s","revision":7}]})";
constexpr char kToken[] = "spt_0123456789abcdef";

class HttpClientTest : public testing::Test {
 protected:
  std::string Path(const std::string& name) const { return directory_.path() + "/" + name; }
  static std::string Https(const TlsServer& server, const std::string& host = "localhost") {
    return Concat("https://", host, ":", server.port());
  }
  static std::string Http(const TlsServer& server) { return Concat("http://127.0.0.1:", server.port()); }

  TemporaryDirectory directory_;
};

TEST_F(HttpClientTest, TrustsWhomItIsToldToAndSendsTheToken) {
  TlsServer server(directory_.path(), ServerEncryption::kTls);
  server.SetAnswers({{.body = kRepositories}});
  std::ofstream(Path("token")) << kToken << "\n";
  const ProgramResult named = RunSetpoint({"repositories", "-o", "name", "--server", Https(server), "--ca-file",
                                           server.ca_file(), "--token-file", Path("token")});
  EXPECT_EQ(named.exit_code, 0) << named.errors;
  EXPECT_EQ(named.output, "shop\n");
  const ProgramResult by_environment =
      RunSetpoint({"repositories", "-o", "name", "--ca-file", server.ca_file()},
                  {.environment = {{"SETPOINT_SERVER", Https(server)}, {"SETPOINT_TOKEN", "other"}}});
  EXPECT_EQ(by_environment.exit_code, 0) << by_environment.errors;
  const auto seen = server.Seen();
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].authorization, Concat("Bearer ", kToken));
  EXPECT_EQ(seen[0].target, "/v1/repositories?limit=10000");
  EXPECT_EQ(seen[1].authorization, "Bearer other");
}

TEST_F(HttpClientTest, DoesNotTrustWhomItDoesNotKnow) {
  TlsServer server(directory_.path(), ServerEncryption::kTls);
  server.SetAnswers({{.body = kRepositories}});
  const ProgramResult unknown =
      RunSetpoint({"repositories", "--server", Https(server)}, {.environment = {{"SETPOINT_TOKEN", kToken}}});
  EXPECT_EQ(unknown.exit_code, 3);
  EXPECT_NE(unknown.errors.find("certificate is not trusted"), std::string::npos) << unknown.errors;
  EXPECT_NE(unknown.errors.find("--ca-file"), std::string::npos) << unknown.errors;
  // The authority is known, but the certificate is for another name.
  const ProgramResult other =
      RunSetpoint({"repositories", "--server", Https(server, "127.0.0.1"), "--ca-file", server.ca_file()});
  EXPECT_EQ(other.exit_code, 3);
  EXPECT_NE(other.errors.find("mismatch"), std::string::npos) << other.errors;
  EXPECT_TRUE(server.Seen().empty());
}

TEST_F(HttpClientTest, NeverShowsTheToken) {
  TlsServer server(directory_.path(), ServerEncryption::kNone);
  server.SetAnswers({{.status = 401, .body = R"({"detail":"a token is needed"})"}});
  const ProgramResult refused =
      RunSetpoint({"status", "--server", Http(server)}, {.environment = {{"SETPOINT_TOKEN", kToken}}});
  EXPECT_EQ(refused.exit_code, 3);
  EXPECT_EQ(refused.errors, "setpoint: a token is needed\n");
  const ProgramResult broken = RunSetpoint({"status", "--server", Http(server)},
                                           {.environment = {{"SETPOINT_TOKEN", Concat(kToken, "\r\nX: y")}}});
  EXPECT_EQ(broken.exit_code, 2);
  EXPECT_EQ(broken.errors.find(kToken), std::string::npos) << broken.errors;
  EXPECT_EQ(server.Seen().size(), 1U);
  const ProgramResult missing = RunSetpoint({"status", "--server", Http(server), "--token-file", Path("none")});
  EXPECT_EQ(missing.exit_code, 3);
}

TEST_F(HttpClientTest, ProblemsBecomeExitCodes) {
  TlsServer server(directory_.path(), ServerEncryption::kNone);
  for (const auto& [status, exit_code] : std::vector<std::pair<unsigned, int>>{
           {400, 2}, {401, 3}, {403, 3}, {404, 1}, {409, 1}, {410, 1}, {500, 3}, {503, 3}}) {
    server.SetAnswers({{.status = status, .body = R"({"type":"urn:x","detail":"why \"not\""})"}});
    const ProgramResult result = RunSetpoint({"status", "--server", Http(server)});
    EXPECT_EQ(result.exit_code, exit_code) << status;
    EXPECT_EQ(result.errors, "setpoint: why \"not\"\n") << status;
    EXPECT_EQ(result.output, "");
  }
  server.SetAnswers({{.status = 502, .body = "<html>Bad Gateway"}});
  const ProgramResult proxy = RunSetpoint({"status", "--server", Http(server)});
  EXPECT_EQ(proxy.exit_code, 3);
  EXPECT_NE(proxy.errors.find("502"), std::string::npos) << proxy.errors;
}

TEST_F(HttpClientTest, FollowsPagesOnOneConnectionUpToTheLimit) {
  TlsServer server(directory_.path(), ServerEncryption::kNone);
  const std::string first = R"({"resources":[{"key":"a"},{"key":"b]\"}"}],"continue":"00ff"})";
  const std::string second = R"({"resources":[{"key":"c"},{"key":"d"}]})";
  server.SetAnswers({{.body = first}, {.body = second}});
  const std::vector<std::string> list = {"list", "--repo", "x/y", "-o", "name", "--server", Http(server)};
  EXPECT_EQ(RunSetpoint(list).output, "a\nb]\"}\nc\nd\n");
  auto seen = server.Seen();
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].target, "/v1/repositories/x%2Fy/resources?limit=10000");
  EXPECT_EQ(seen[1].target, "/v1/repositories/x%2Fy/resources?limit=10000&continue=00ff");
  EXPECT_EQ(seen[0].connection, seen[1].connection);
  server.SetAnswers({{.body = first}, {.body = second}});
  std::vector<std::string> limited = list;
  limited.insert(limited.end(), {"--limit", "3"});
  EXPECT_EQ(RunSetpoint(limited).output, "a\nb]\"}\nc\n");
  seen = server.Seen();
  EXPECT_EQ(seen.back().target, "/v1/repositories/x%2Fy/resources?limit=1&continue=00ff");
}

TEST_F(HttpClientTest, AKeptConnectionThatIsGoneIsOpenedAgain) {
  TlsServer server(directory_.path(), ServerEncryption::kNone);
  server.SetAnswers({{.body = "1", .close = true}, {.body = "2"}});
  auto client = HttpClient::Create({.address = *tools::ParseServerUrl(Http(server))}, [] { return false; });
  ASSERT_TRUE(client.ok());
  EXPECT_EQ((*client)->Ask({.method = "GET", .target = "/a", .body = ""})->body, "1");
  const auto again = (*client)->Ask({.method = "POST", .target = "/b", .body = "{}"});
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->body, "2");
  const auto seen = server.Seen();
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[1].method, "POST");
  EXPECT_EQ(seen[1].body, "{}");
  EXPECT_EQ(seen[1].connection, 2);
}

TEST_F(HttpClientTest, ANamedConsumerIsAcknowledgedAfterItsCommand) {
  TlsServer server(directory_.path(), ServerEncryption::kTls);
  const std::string stream =
      R"({"type":"change","cursor":"r7.1","revision":7,"key":"a","operation":"updated","last":true})";
  server.SetAnswers({{.body = stream + "\n", .close = true}, {.body = "{}"}});
  const ProgramResult result =
      RunSetpoint({"watch", "--server", Https(server), "--ca-file", server.ca_file(), "--consumer", "prod/web",
                   "--kind", "A&B", "--from", "r6", "--count", "1", "--exec-batch", "cat > \"$HOME/out\""},
                  {.environment = {{"SETPOINT_TOKEN", kToken}, {"HOME", directory_.path()}}});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(result.errors, "");
  const auto seen = server.Seen();
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].target, "/v1/watch?consumer=prod%2Fweb&kind=A%26B&from=r6");
  EXPECT_EQ(seen[1].method, "POST");
  EXPECT_EQ(seen[1].target, "/v1/consumers/prod%2Fweb");
  EXPECT_EQ(seen[1].body, R"({"cursor":"r7"})");
  EXPECT_EQ(seen[1].authorization, Concat("Bearer ", kToken));
  // A server that does not know of consumers, or refuses, holds up nothing.
  server.SetAnswers({{.body = stream + "\n", .close = true}, {.status = 403, .body = R"({"detail":"not you"})"}});
  const ProgramResult refused = RunSetpoint({"watch", "--server", Https(server), "--ca-file", server.ca_file(),
                                             "--consumer", "web", "--from", "r6", "--count", "1", "--exec", "true"});
  EXPECT_EQ(refused.exit_code, 0) << refused.errors;
  EXPECT_NE(refused.errors.find("not you"), std::string::npos) << refused.errors;
  EXPECT_EQ(RunSetpoint({"watch", "--data", Path("store"), "--consumer", "web"}).exit_code, 2);
}

TEST_F(HttpClientTest, SaysWhatCannotBeReached) {
  uint16_t port = 0;
  {
    const TlsServer server(directory_.path(), ServerEncryption::kNone);
    port = server.port();
  }
  const std::string url = Concat("http://127.0.0.1:", port);
  const ProgramResult result = RunSetpoint({"refs", "--server", url});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_NE(result.errors.find(url), std::string::npos) << result.errors;
  EXPECT_EQ(RunSetpoint({"refs", "--server", "localhost:1"}).exit_code, 2);
  EXPECT_EQ(RunSetpoint({"refs", "--server", "https://localhost:1", "--ca-file", Path("none.pem")}).exit_code, 2);
  EXPECT_EQ(RunSetpoint({"refs", "--server", url, "--data", Path("store")}).exit_code, 2);
}

}  // namespace
}  // namespace setpoint::test
