// Token files: what is taken, what is refused, and who a token is.
#include "server/access/token_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <string>
#include <vector>

#include "server/access/authenticator.h"
#include "server/access/token.h"
#include "storage/base/concat.h"
#include "storage/base/random.h"
#include "tests/support/temporary_directory.h"

namespace setpoint::server {
namespace {

using storage::Concat;
using testing::HasSubstr;
using testing::Not;

constexpr int64_t kNow = 1'800'000'000;

class FixedClock : public storage::Clock {
 public:
  int64_t NowSeconds() const override { return now; }
  int64_t now = kNow;
};

std::string LineFor(const std::string& token, const std::string& rest) {
  return Concat("ci-", token, " sha256:", HashToken(token).Hex(), " ", rest, "\n");
}

std::string ErrorOf(const std::string& line) {
  const auto parsed = ParseTokenLine(line);
  EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument) << line;
  return std::string(parsed.status().message());
}

TEST(TokenTest, IsLongAndNeverTheSame) {
  const std::string token = MakeToken(storage::SystemRandom());
  EXPECT_EQ(token.size(), 4u + 43u);
  EXPECT_TRUE(token.starts_with("spt_"));
  EXPECT_NE(MakeToken(storage::SystemRandom()), token);
}

TEST(TokenLineTest, IsReadAsItIsWritten) {
  const std::string line =
      Concat("argo sha256:", HashToken("t").Hex(),
             " read-secrets expires=2027-01-31T00:00:00Z scope=repo=fleet,ref=refs/heads/main,"
             "path=clusters/a%20b%2Cc scope=path=apps/ scope=repo=fleet,environment=prod,path=apps");
  const auto parsed = ParseTokenLine(line);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(FormatTokenLine(*parsed), line);
  EXPECT_EQ(parsed->caller.name, "argo");
  EXPECT_EQ(parsed->caller.role, Role::kReadSecrets);
  EXPECT_EQ(parsed->expires, std::optional<int64_t>(1'801'353'600));
  ASSERT_EQ(parsed->caller.scopes->size(), 3u);
  EXPECT_EQ(parsed->caller.scopes->front(),
            (TokenScope{
                .repository = "fleet", .environment = "", .ref = "refs/heads/main", .path_prefix = "clusters/a b,c"}));
  EXPECT_EQ(parsed->caller.scopes->back(),
            (TokenScope{.repository = "fleet", .environment = "prod", .ref = "", .path_prefix = "apps"}));
  EXPECT_TRUE(parsed->caller.FollowsEnvironments());
  EXPECT_FALSE(ParseTokenLine(line.substr(0, line.rfind(' ')))->caller.FollowsEnvironments());
}

TEST(TokenLineTest, ShortRefsAreBranches) { EXPECT_EQ(ParseScope("ref=main")->ref, "refs/heads/main"); }

TEST(TokenLineTest, WrongOnesAreRefusedWithoutRepeatingThem) {
  const std::string hash = Concat("sha256:", HashToken("t").Hex());
  EXPECT_THAT(ErrorOf("argo spt_SECRET read"), Not(HasSubstr("SECRET")));
  EXPECT_THAT(ErrorOf(Concat("argo ", hash)), HasSubstr("NAME sha256:HEX ROLE"));
  EXPECT_THAT(ErrorOf(Concat("a\"b ", hash, " read")), HasSubstr("name"));
  EXPECT_THAT(ErrorOf(Concat("argo ", hash, " root")), HasSubstr("read-secrets"));
  EXPECT_THAT(ErrorOf(Concat("argo ", hash, " read until=x")), HasSubstr("expires=TIME"));
  EXPECT_THAT(ErrorOf(Concat("argo ", hash, " read expires=soon")), HasSubstr("2027-01-31T00:00:00Z"));
  EXPECT_THAT(ErrorOf(Concat("argo ", hash, " read scope=")), HasSubstr("scope"));
  EXPECT_THAT(ErrorOf(Concat("argo ", hash, " read scope=path=")), HasSubstr("empty"));
  EXPECT_THAT(ErrorOf(Concat("argo ", hash, " read scope=path=a%2")), HasSubstr("%XX"));
  EXPECT_THAT(ErrorOf(Concat("argo ", hash, " read scope=path=a,path=b")), HasSubstr("twice"));
  EXPECT_THAT(ErrorOf(Concat("argo ", hash, " read scope=env=prod")), HasSubstr("environment=NAME"));
  EXPECT_THAT(ErrorOf(Concat("argo ", hash, " read scope=environment=prod,ref=main")), HasSubstr("its own ref"));
}

TEST(TokenTableTest, FindsWhoATokenIsUntilItExpires) {
  const auto table = TokenTable::Parse(
      Concat("# comment\n\n", LineFor("a", "read"), LineFor("b", "admin expires=2027-01-15T08:00:00Z")));
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(table->Find("a", kNow).caller->name, "ci-a");
  EXPECT_EQ(table->Find("a", kNow).verdict, TokenTable::Verdict::kKnown);
  EXPECT_EQ(table->Find("b", kNow - 1).verdict, TokenTable::Verdict::kKnown);
  EXPECT_EQ(table->Find("b", kNow).verdict, TokenTable::Verdict::kExpired);
  for (const std::string& wrong : std::vector<std::string>{"", "c", "A", "a ", HashToken("a").Hex()}) {
    EXPECT_EQ(table->Find(wrong, kNow).verdict, TokenTable::Verdict::kUnknown) << wrong;
  }
}

TEST(TokenTableTest, NamesTheLineThatIsWrong) {
  EXPECT_THAT(TokenTable::Parse(Concat(LineFor("a", "read"), "\nwrong\n")).status().message(), HasSubstr("line 3"));
  EXPECT_THAT(TokenTable::Parse(Concat(LineFor("a", "read"), LineFor("a", "admin"))).status().message(),
              HasSubstr("another line"));
}

class TokenFileTest : public testing::Test {
 protected:
  void Write(const std::string& text) {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << text;
    chmod(path_.c_str(), 0600);
  }

  const test::TemporaryDirectory directory_;
  const std::string path_ = directory_.path() + "/tokens";
  FixedClock clock_;
};

TEST_F(TokenFileTest, IsRefusedWhereOthersMayWriteIt) {
  Write(LineFor("a", "read"));
  EXPECT_TRUE(TokenTable::Read(path_).ok());
  chmod(path_.c_str(), 0622);
  EXPECT_EQ(TokenTable::Read(path_).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(TokenTable::Read(directory_.path() + "/none").status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(TokenFileTest, IsReadAnewAndStaysWhereTheNewOneIsWrong) {
  Write(LineFor("a", "read"));
  const auto authenticator = Authenticator::Open(path_, {.per_minute = 100}, clock_).value();
  EXPECT_TRUE(authenticator->IsAsking());
  EXPECT_EQ((*authenticator->Authenticate("Bearer a", "127.0.0.1"))->name, "ci-a");
  Write("wrong");
  EXPECT_FALSE(authenticator->Reload().ok());
  EXPECT_TRUE(authenticator->Authenticate("bearer a", "127.0.0.1").ok());
  Write(LineFor("b", "read"));
  EXPECT_TRUE(authenticator->Reload().ok());
  EXPECT_EQ(authenticator->Authenticate("Bearer a", "127.0.0.1").status().code(), absl::StatusCode::kUnauthenticated);
  EXPECT_TRUE(authenticator->Authenticate("Bearer  b", "127.0.0.1").ok());
}

TEST_F(TokenFileTest, WrongTokensAreRefusedAndThenLimitedWhileGoodOnesAreNot) {
  Write(LineFor("a", "read"));
  const auto authenticator = Authenticator::Open(path_, {.per_minute = 3}, clock_).value();
  const auto code = [&](std::optional<std::string_view> header, const char* peer) {
    return authenticator->Authenticate(header, peer).status().code();
  };
  EXPECT_EQ(code(std::nullopt, "10.0.0.1"), absl::StatusCode::kUnauthenticated);  // Not a wrong one.
  for (const char* wrong : {"Bearer x", "Basic YTph", "Bearer "}) {
    EXPECT_EQ(code(wrong, "10.0.0.1"), absl::StatusCode::kUnauthenticated) << wrong;
  }
  EXPECT_EQ(code("Bearer x", "10.0.0.1"), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(code("Bearer a", "10.0.0.1"), absl::StatusCode::kOk);
  EXPECT_EQ(code("Bearer x", "10.0.0.2"), absl::StatusCode::kUnauthenticated);
  clock_.now += 60;
  EXPECT_EQ(code("Bearer x", "10.0.0.1"), absl::StatusCode::kUnauthenticated);
}

}  // namespace
}  // namespace setpoint::server
