#include "storage/git/transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace setpoint::storage {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Source Url(const std::string& location) {
  return {.kind = SourceKind::kUrl, .location = location, .display = RedactUrls(location)};
}

std::vector<std::string> Environment(const std::string& location, const TransportOptions& options = {}) {
  const auto environment = TransportEnvironment(Url(location), options);
  EXPECT_TRUE(environment.ok()) << environment.status();
  return environment.value_or(std::vector<std::string>());
}

class TransportTest : public testing::Test {
 protected:
  TransportTest() : path_(testing::TempDir() + "/setpoint_transport_" + std::to_string(getpid())) {}
  ~TransportTest() override { std::filesystem::remove(path_); }
  const std::string path_;
};

TEST_F(TransportTest, TakesUrlsApart) {
  const UrlParts https = ParseUrl("HTTPS://user:pass@Example.com:8443/a/b.git").value();
  EXPECT_EQ(https.scheme, "https");
  EXPECT_EQ(https.host, "example.com");
  EXPECT_EQ(https.user, "user:pass");
  EXPECT_EQ(https.port, "8443");
  EXPECT_EQ(https.path, "/a/b.git");
  EXPECT_EQ(ParseUrl("https://[::1]:80/x").value().host, "::1");
  EXPECT_EQ(ParseUrl("https://[::1]").value().port, "");
  EXPECT_EQ(ParseUrl("git@github.com:a/b").value().host, "github.com");
  EXPECT_EQ(ParseUrl("git@[::1]:a/b").value().host, "::1");
  EXPECT_EQ(ParseUrl("http://good.example#@evil.example/").value().host, "good.example");
  EXPECT_EQ(ParseUrl("http://good.example\\@evil.example/").value().host, "good.example");
  EXPECT_EQ(ParseUrl("http://a@b@evil.example/").value().host, "evil.example");
  for (const char* broken :
       {"https://", "https:///x", "https://[::1", "https://[::1]x/", "https://a:b/", "https://-a/"}) {
    EXPECT_EQ(ParseUrl(broken).status().code(), absl::StatusCode::kInvalidArgument) << broken;
  }
}

TEST_F(TransportTest, AUrlsPasswordIsNoArgument) {
  EXPECT_EQ(LocationArgument(Url("https://user:secret@example.com/a.git")), "https://example.com/a.git");
  EXPECT_EQ(LocationArgument(Url("https://example.com/a@b.git")), "https://example.com/a@b.git");
  EXPECT_EQ(LocationArgument(Url("ssh://git@example.com/a.git")), "ssh://git@example.com/a.git");
  // "us%65r:p" as git itself would have sent it.
  EXPECT_THAT(Environment("https://us%65r:p@example.com/a.git"), Contains(HasSubstr("Authorization: Basic dXNlcjpw")));
}

TEST_F(TransportTest, ATokenComesOutOfAFileOrTheEnvironment) {
  std::ofstream(path_) << " t0ken \n";
  const auto from_file = Environment("https://example.com/a", {.credentials = {.token_file = path_}});
  // x-access-token:t0ken
  EXPECT_THAT(from_file, Contains(HasSubstr("=Authorization: Basic eC1hY2Nlc3MtdG9rZW46dDBrZW4=")));
  EXPECT_THAT(from_file, Each(Not(HasSubstr("t0ken"))));
  setenv("SETPOINT_TEST_TOKEN", "t0ken", 1);
  EXPECT_EQ(Environment("https://example.com/a", {.credentials = {.token_env = "SETPOINT_TEST_TOKEN"}}), from_file);
  unsetenv("SETPOINT_TEST_TOKEN");
}

TEST_F(TransportTest, ASecretThatIsNoneIsSaidByItsPlaceOnly) {
  const auto refusal = [](const GitCredentials& credentials) {
    return TransportEnvironment(Url("https://example.com/a"), {.credentials = credentials}).status();
  };
  EXPECT_EQ(refusal({.token_file = path_}).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(refusal({.token_env = "SETPOINT_NO_SUCH"}).code(), absl::StatusCode::kNotFound);
  std::ofstream(path_) << "\n";
  EXPECT_EQ(refusal({.token_file = path_}).code(), absl::StatusCode::kInvalidArgument);
  std::ofstream(path_) << "hid\nden\n";
  const absl::Status two_lines = refusal({.token_file = path_});
  EXPECT_EQ(two_lines.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(two_lines.message()), AllOf(HasSubstr(path_), Not(HasSubstr("den"))));
}

TEST_F(TransportTest, ATokenDoesNotTravelUnencryptedNorElsewhere) {
  std::ofstream(path_) << "t0ken";
  EXPECT_EQ(TransportEnvironment(Url("http://example.com/a"), {.credentials = {.token_file = path_}}).status().code(),
            absl::StatusCode::kInvalidArgument);
  const auto environment = Environment("https://example.com/a", {.credentials = {.token_file = path_}});
  const auto key = std::find_if(environment.begin(), environment.end(),
                                [](const std::string& each) { return each.ends_with("=http.followRedirects"); });
  ASSERT_NE(key, environment.end());
  EXPECT_THAT(*(key + 1), HasSubstr("=false"));
}

TEST_F(TransportTest, AnSshKeyIsTheOnlyOne) {
  const auto environment =
      Environment("git@example.com:a", {.credentials = {.ssh_key_file = "/k e'y", .known_hosts_file = "/known"}});
  EXPECT_THAT(environment,
              Contains(AllOf(StartsWith("GIT_SSH_COMMAND=ssh -oBatchMode=yes"), HasSubstr("-i '/k e'\\''y'"),
                             HasSubstr("-oIdentitiesOnly=yes"), HasSubstr("-oStrictHostKeyChecking=yes"),
                             HasSubstr("'-oUserKnownHostsFile=\"/known\"'"))));
}

TEST_F(TransportTest, KnownHostsAreTheOnlyOnesWithoutAKeyToo) {
  const auto environment = Environment("git@example.com:a", {.credentials = {.known_hosts_file = "/known"}});
  EXPECT_THAT(environment, Contains(AllOf(StartsWith("GIT_SSH_COMMAND=ssh"), HasSubstr("-oStrictHostKeyChecking=yes"),
                                          HasSubstr("'-oUserKnownHostsFile=\"/known\"'"))));
}

TEST_F(TransportTest, ConnectsToTheAddressThatWasAdmitted) {
  TransportOptions options;
  options.admit = [](const std::string&) -> absl::StatusOr<std::string> { return std::string("192.0.2.7"); };
  EXPECT_THAT(Environment("https://example.com/a", options),
              AllOf(Contains(HasSubstr("=example.com:443:192.0.2.7")), Contains("GIT_ALLOW_PROTOCOL=https"),
                    Contains("https_proxy")));
  EXPECT_THAT(Environment("git@example.com:a", options),
              Contains(AllOf(HasSubstr("'-oHostName=192.0.2.7'"), HasSubstr("'-oHostKeyAlias=example.com'"))));
  options.admit = [](const std::string&) -> absl::StatusOr<std::string> { return absl::PermissionDeniedError("no"); };
  EXPECT_EQ(TransportEnvironment(Url("https://example.com/a"), options).status().code(),
            absl::StatusCode::kPermissionDenied);
}

}  // namespace
}  // namespace setpoint::storage
