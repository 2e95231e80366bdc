// Every route of the server, asked with every kind of credential: what may not be seen is in no byte of any answer.
// Routes are taken from the router, so that a new one is asked too.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "server/access/token.h"
#include "server/http/router.h"
#include "storage/base/concat.h"
#include "tests/server/server_under_test.h"

namespace setpoint::test {
namespace {

using server::Method;
using server::Need;
using server::Router;
using storage::Concat;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kHiddenKey = "private%2Fsecret.yaml%23Secret%2Fhidden";
constexpr std::string_view kHidden = "CANARY";

class RoutesTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const auto& [token, rest] : lines_) {
      tokens_text_ += Concat(token, " sha256:", server::HashToken(token).Hex(), " ", rest, "\n");
    }
    std::ofstream(token_file_) << tokens_text_;
    chmod(token_file_.c_str(), 0600);
    server_.options().access.token_file = token_file_;
    server_.options().access.audit_file = directory_.path() + "/audit";
    server_.options().access.wrong_tokens_per_minute = 100'000;
    server_.options().watch.bookmark_interval = std::chrono::milliseconds(20);
    server_.options().sources.front().environment_texts = {"open=main:public/", "closed=main:private/"};
    server_.Push("public/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: open}\ndata: {k: v}\n");
    server_.Push("private/secret.yaml",
                 "apiVersion: v1\nkind: Secret\nmetadata: {name: hidden}\nstringData: {k: CANARY-secret}\n");
    server_.Push("private/CANARY-name.yaml", "k: CANARY-plain\nj: hidden-value\n");
    server_.Start();
  }

  static std::string Header(const std::string& token) { return Concat("Authorization: Bearer ", token, "\r\n"); }

  // The paths to ask for one route: with what its captures and parameters may be.
  static std::vector<std::string> TargetsOf(const Router::RouteInfo& route) {
    std::string path = route.pattern;
    for (size_t n = 0, at = path.find("{}"); at != std::string::npos; at = path.find("{}"), ++n) {
      path.replace(at, 2, n == 0 ? "repo" : kHiddenKey);
    }
    std::vector<std::string> targets = {path};
    for (const std::string_view query :
         {"?repo=repo", "?at=r3", "?content=true", "?from=start", "?from=start&snapshot=true", "?from=r1&to=r4",
          "?field=/k", "?path=private/", "?kind=Secret", "?environment=open", "?environment=closed",
          "?value=hidden-value", "?verbose=true"}) {
      targets.push_back(Concat(path, query));
    }
    targets.push_back(Concat(path, "?key=", kHiddenKey));
    targets.push_back(Concat(path, "?key=", kHiddenKey, "&repo=repo"));
    targets.push_back(Concat(path, "?show_secrets=true"));
    targets.push_back(Concat(path, "?show_secrets=true&content=true"));
    targets.push_back(Concat(path, "?show_secrets=true&from=start&snapshot=true"));
    return targets;
  }

  // The whole answer, of a stream so much as comes up to its second bookmark.
  HttpAnswer Ask(Method method, const std::string& target, const std::string& header) {
    HttpClient client(server_.port());
    if (method == Method::kPost) return client.Post(target, "{}", header);
    HttpAnswer answer = client.OpenStream(target, header);
    if (!answer.headers.contains("transfer-encoding")) {
      answer.body = client.ReadBody(answer);
      return answer;
    }
    for (int bookmarks = 0; bookmarks < 2;) {
      const auto line = client.NextLine();
      if (!line) break;
      answer.body += *line + "\n";
      if (line->find("bookmark") != std::string::npos) ++bookmarks;
    }
    return answer;
  }

  std::string Audit() {
    std::ifstream file(directory_.path() + "/audit", std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }

  const TemporaryDirectory directory_;
  const std::string token_file_ = directory_.path() + "/tokens";
  // Each token is its own name here.
  const std::map<std::string, std::string> lines_ = {
      {"reader", "read"},
      {"secrets", "read-secrets"},
      {"admin", "admin"},
      {"expired", "admin expires=2020-01-01T00:00:00Z"},
      {"elsewhere", "admin scope=repo=other"},
      {"public", "read-secrets scope=repo=repo,path=public"},
      {"public-admin", "admin scope=path=public"},
      {"no-ref", "read-secrets scope=ref=refs/heads/none"},
      {"open", "read-secrets scope=repo=repo,environment=open"},
      {"open-anywhere", "read-secrets scope=environment=open,path=public/a.yaml"},
      {"open-admin", "admin scope=repo=repo,environment=open"},
      {"no-environment", "read-secrets scope=repo=repo,environment=none"},
      {"nothing-in-both", "read-secrets scope=repo=repo,environment=open,path=private"},
  };
  std::string tokens_text_;
  ServerUnderTest server_;
};

TEST_F(RoutesTest, NothingIsToldToWhoMayNotSeeIt) {
  const std::vector<Router::RouteInfo> routes = server_.app().router().Routes();
  ASSERT_GE(routes.size(), 8u);
  for (const Router::RouteInfo& route : routes) {
    for (const std::string& target : TargetsOf(route)) {
      const bool is_open = route.need == Need::kNothing || route.need == Need::kItself;
      const HttpAnswer without = Ask(route.method, target, "");
      EXPECT_THAT(without.body, Not(HasSubstr(kHidden))) << target;
      EXPECT_THAT(without.body, Not(HasSubstr("private"))) << target;
      if (!is_open) {
        EXPECT_EQ(without.status, 401) << target;
        EXPECT_THAT(without.headers.at("www-authenticate"), HasSubstr("Bearer")) << target;
      }
      for (const char* token : {"wrong", "expired"}) {
        const HttpAnswer refused = Ask(route.method, target, Header(token));
        EXPECT_THAT(refused.body, Not(HasSubstr(kHidden))) << target;
        if (route.need != Need::kItself) {
          EXPECT_EQ(refused.status, 401) << target;
        }
      }
      for (const char* token : {"elsewhere", "public", "public-admin", "no-ref", "open", "open-anywhere", "open-admin",
                                "no-environment", "nothing-in-both"}) {
        const HttpAnswer other = Ask(route.method, target, Header(token));
        EXPECT_THAT(other.body, Not(HasSubstr(kHidden))) << token << " " << target;
        if (target.find("private") == std::string::npos) {
          EXPECT_THAT(other.body, Not(HasSubstr("private"))) << token << " " << target;
        }
        if (route.need == Need::kAdmin) {
          EXPECT_EQ(other.status, 403) << token << " " << target;
        }
      }
      const HttpAnswer reader = Ask(route.method, target, Header("reader"));
      EXPECT_THAT(reader.body, Not(HasSubstr("CANARY-secret"))) << target;
      const bool asks_for_secrets = target.find("show_secrets") != std::string::npos;
      if (route.need == Need::kAdmin || (route.need != Need::kItself && asks_for_secrets)) {
        EXPECT_EQ(reader.status, 403) << target;
      }
    }
  }
}

TEST_F(RoutesTest, ASecretIsShownToWhoMayReadItAndAsks) {
  const std::string target = Concat("/v1/repositories/repo/resources/", kHiddenKey);
  EXPECT_THAT(Ask(Method::kGet, target, Header("secrets")).body, HasSubstr("hmac-sha256:"));
  EXPECT_THAT(Ask(Method::kGet, target + "?show_secrets=true", Header("secrets")).body, HasSubstr("CANARY-secret"));
  EXPECT_THAT(Ask(Method::kGet, target, Header("reader")).body, HasSubstr("hmac-sha256:"));
  const HttpAnswer stream = Ask(Method::kGet, "/v1/watch?from=start&show_secrets=true", Header("secrets"));
  EXPECT_THAT(stream.body, HasSubstr("CANARY-secret"));
  EXPECT_EQ(Ask(Method::kGet, target, Header("public")).status, 404);
  const std::string open = "/v1/repositories/repo/resources/public%2Fa.yaml%23ConfigMap%2Fopen";
  EXPECT_EQ(Ask(Method::kGet, open, Header("public")).status, 200);
}

TEST_F(RoutesTest, AnEnvironmentIsSeenByWhoMaySeeItAlone) {
  const std::string open = "/v1/repositories/repo/resources/public%2Fa.yaml%23ConfigMap%2Fopen";
  for (const char* token : {"open", "open-anywhere", "open-admin"}) {
    EXPECT_EQ(Ask(Method::kGet, open, Header(token)).status, 200) << token;
    EXPECT_EQ(Ask(Method::kGet, open + "?environment=open", Header(token)).status, 200) << token;
    EXPECT_THAT(Ask(Method::kGet, "/v1/watch?from=start", Header(token)).body, HasSubstr("public/a.yaml")) << token;
    const HttpAnswer closed = Ask(Method::kGet, open + "?environment=closed", Header(token));
    EXPECT_EQ(closed.status, 404) << token;
    EXPECT_EQ(Member(closed.body, "detail"), "the repository repo has no environment 'closed'; there are open")
        << token;
  }
  for (const char* token : {"no-environment", "nothing-in-both"}) {
    EXPECT_EQ(Ask(Method::kGet, open, Header(token)).status, 404) << token;
  }
  // What it covers follows what it means; a watch that is open does not.
  HttpClient watch(server_.port());
  ASSERT_EQ(watch.OpenStream("/v1/watch?from=now", Header("open")).status, 200);
  server_.settings_file().sources.front().environment_texts = {"open=main:private/"};
  server_.Reload();
  EXPECT_EQ(Ask(Method::kGet, open, Header("open")).status, 404);
  EXPECT_EQ(Ask(Method::kGet, Concat("/v1/repositories/repo/resources/", kHiddenKey), Header("open")).status, 200);
  server_.Push("private/late.yaml", "k: v\n");
  server_.Push("public/late.yaml", "k: v\n");
  EXPECT_THAT(NextEvent(watch), HasSubstr("public/late.yaml"));
}

TEST_F(RoutesTest, PathsThatAreNotThereAreToldToNobodyWithoutAToken) {
  EXPECT_EQ(Ask(Method::kGet, "/v1/nowhere", "").status, 401);
  EXPECT_EQ(Ask(Method::kGet, "/v1/nowhere", Header("reader")).status, 404);
}

TEST_F(RoutesTest, AdministrativeCallsAreRecordedAndTokensAreNot) {
  const std::string target = "/v1/repositories/repo/fetch";
  EXPECT_EQ(Ask(Method::kPost, target, Header("admin")).status, 202);
  EXPECT_THAT(Audit(), HasSubstr(R"("caller":"admin","role":"admin","peer":"127.0.0.1","method":"POST",)"
                                 R"("path":"/v1/repositories/repo/fetch","status":202,"outcome":"done"})"));
  EXPECT_EQ(Ask(Method::kPost, target, Header("reader")).status, 403);
  EXPECT_THAT(Audit(), HasSubstr(R"("caller":"reader","role":"read","peer":"127.0.0.1","method":"POST",)"
                                 R"("path":"/v1/repositories/repo/fetch","status":403,"outcome":"refused"})"));
  EXPECT_EQ(Ask(Method::kPost, target + "?token=CANARY", Header("wrong-CANARY")).status, 401);
  EXPECT_THAT(Audit(), Not(HasSubstr("CANARY")));
}

TEST_F(RoutesTest, TokensAreReadAnewWithoutARestart) {
  std::ofstream(token_file_, std::ios::trunc) << Concat("late sha256:", server::HashToken("late").Hex(), " read\n");
  EXPECT_EQ(Ask(Method::kGet, "/v1/status", Header("late")).status, 401);
  server_.app().Reload();
  EXPECT_EQ(Ask(Method::kGet, "/v1/status", Header("late")).status, 200);
  EXPECT_EQ(Ask(Method::kGet, "/v1/status", Header("reader")).status, 401);
}

TEST(UnaskedTest, ForeignPagesAreRefusedWhereNobodyIsAsked) {
  ServerUnderTest server;
  server.Start();
  HttpClient client(server.port());
  client.Send("GET /v1/status HTTP/1.1\r\nHost: evil.example\r\n\r\n");
  EXPECT_EQ(client.Read().status, 403);
  EXPECT_EQ(client.Get("/v1/status", "Origin: http://evil.example\r\n").status, 403);
  EXPECT_EQ(client.Post("/v1/repositories/repo/fetch", "", "Sec-Fetch-Site: cross-site\r\n").status, 403);
  EXPECT_EQ(client.Get("/v1/status").status, 200);
}

TEST(UnaskedTest, BeyondLoopbackOnlyWithTokensAndOnlyWhereTheRiskIsNamed) {
  const TemporaryDirectory directory;
  std::ofstream(directory.path() + "/tokens") << Concat("a sha256:", server::HashToken("a").Hex(), " read\n");
  chmod((directory.path() + "/tokens").c_str(), 0600);
  server::ServerOptions options;
  options.listen = "0.0.0.0:0";
  const auto create = [&](const std::string& data) {
    auto database =
        storage::Database::Open(directory.path() + data, {.mode = storage::OpenMode::kCreateIfMissing}).value();
    return server::App::Create(std::move(database), options).status();
  };
  EXPECT_THAT(create("/1").message(), HasSubstr("access.token_file"));
  options.access.plain_http_beyond_loopback = true;
  EXPECT_THAT(create("/2").message(), HasSubstr("access.token_file"));
  options.access.token_file = directory.path() + "/tokens";
  EXPECT_TRUE(create("/3").ok());
  options.access.plain_http_beyond_loopback = false;
  EXPECT_THAT(create("/4").message(), HasSubstr("tls.certificate"));
}

}  // namespace
}  // namespace setpoint::test
