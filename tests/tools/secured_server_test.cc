// A server as a platform team runs it, used by the command line: TLS by an authority of one's own, tokens with roles
// and scopes, both exchanged while watchers are connected.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "storage/base/concat.h"
#include "tests/support/git_history.h"
#include "tests/support/temporary_directory.h"
#include "tests/tools/certificates.h"
#include "tests/tools/program_run.h"
#include "tests/tools/running_program.h"

namespace setpoint::test {
namespace {

using storage::Concat;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using Words = std::vector<std::string>;

constexpr char kSecretKey[] = "private/s.yaml#Secret/hidden";
constexpr char kSecretText[] = "CANARY-secret";

std::string ConfigMap(const std::string& name, int value) {
  return Concat("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ", name, "}\ndata: {v: '", value, "'}\n");
}

class SecuredServerTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* authority : {"/first", "/second"}) {
      std::filesystem::create_directory(directory_.path() + authority);
      MakeCertificates(directory_.path() + authority);
    }
    UseCertificateOf("first");
    Push({{"public/a.yaml", HistoryFile(ConfigMap("open", 1))},
          {"private/s.yaml", HistoryFile(Concat("apiVersion: v1\nkind: Secret\nmetadata: {name: hidden}\nstringData: "
                                                "{k: ",
                                                kSecretText, "}\n"))},
          {"private/p.yaml", HistoryFile(ConfigMap("closed", 1))}});
    const std::ofstream made(Path("tokens"));
    chmod(Path("tokens").c_str(), 0600);
    AddToken("reader", {"--role", "read"});
    AddToken("secrets", {"--role", "read-secrets"});
    AddToken("public", {"--role", "read-secrets", "--scope", "path=public"});
    AddToken("gone", {"--role", "admin", "--expires", "2020-01-01T00:00:00Z"});
    Write("wrong", "spt_CANARY-wrong");
    std::ofstream(Path("settings.toml"))
        << "[tls]\ncertificate = \"" << Path("server.pem") << "\"\nkey = \"" << Path("server.key")
        << "\"\n[access]\ntoken_file = \"" << Path("tokens")
        << "\"\nwrong_tokens_per_minute = 10000\n[log]\nlevel = \"debug\"\n[watch]\nbookmark_interval = \"100ms\"\n"
        << "[[repository]]\nname = \"repo\"\nsource = \"" << history_.directory() << "\"\n";
    Start();
  }

  std::string Path(const std::string& name) const { return Concat(directory_.path(), "/", name); }

  void Write(const std::string& name, const std::string& text) const { std::ofstream(Path(name)) << text << "\n"; }

  void UseCertificateOf(const std::string& authority) const {
    for (const char* name : {"server.pem", "server.key"}) {
      std::filesystem::copy_file(Path(Concat(authority, "/", name)), Path(name),
                                 std::filesystem::copy_options::overwrite_existing);
    }
  }

  // Makes one as an operator does: the first line is kept by whom it is for, the second goes to the server.
  void AddToken(const std::string& name, const Words& more) {
    Words words = {"token", "new", "--name", name};
    words.insert(words.end(), more.begin(), more.end());
    const ProgramResult made = RunSetpoint(words);
    ASSERT_EQ(made.exit_code, 0) << made.errors;
    const size_t end = made.output.find('\n');
    Write(name, made.output.substr(0, end));
    tokens_[name] = made.output.substr(0, end);
    std::ofstream(Path("tokens"), std::ios::app) << made.output.substr(end + 1);
  }

  void Push(const std::vector<std::pair<std::string, HistoryFile>>& files) {
    HistoryCommit commit;
    if (!tip_.IsZero()) commit.parents = {tip_};
    for (const auto& [path, file] : files) commit.files.emplace(path, file);
    tip_ = history_.Commit(commit);
    history_.SetRef("refs/heads/main", tip_);
  }

  void Start() {
    server_ = std::make_unique<RunningProgram>(
        Words{"serve", "--data", Path("data"), "--listen", "127.0.0.1:0", "--config", Path("settings.toml")},
        Path("serve.log"));
    const std::string url = server_->AwaitUrl();
    ASSERT_TRUE(url.starts_with("https://127.0.0.1:")) << url;
    port_ = url.substr(url.rfind(':') + 1);
    Await("the repository is there", [this] { return As("reader", {"refs"}).exit_code == 0; });
  }

  std::string Url() const { return Concat("https://localhost:", port_); }

  // What somebody with that token is answered; empty: without one.
  ProgramResult As(const std::string& who, Words words, const std::string& authority = "first") const {
    words.insert(words.end(), {"--server", Url(), "--ca-file", Path(authority + "/ca.pem")});
    if (!who.empty()) words.insert(words.end(), {"--token-file", Path(who)});
    return RunSetpoint(words);
  }

  const TemporaryDirectory directory_;
  GitHistory history_{directory_.path() + "/repo.git"};
  storage::ObjectId tip_;
  std::map<std::string, std::string> tokens_;
  std::unique_ptr<RunningProgram> server_;
  std::string port_;
};

TEST_F(SecuredServerTest, IsTrustedByItsAuthorityAndItsName) {
  EXPECT_EQ(As("reader", {"list"}).exit_code, 0);
  const ProgramResult other = As("reader", {"list"}, "second");
  EXPECT_EQ(other.exit_code, 3);
  EXPECT_THAT(other.errors, HasSubstr("--ca-file"));
  const ProgramResult by_system = RunSetpoint({"list", "--server", Url(), "--token-file", Path("reader")});
  EXPECT_EQ(by_system.exit_code, 3);
  // The certificate is good, but for another name.
  const ProgramResult by_address = RunSetpoint({"list", "--server", Concat("https://127.0.0.1:", port_), "--token-file",
                                                Path("reader"), "--ca-file", Path("first/ca.pem")});
  EXPECT_EQ(by_address.exit_code, 3);
  const ProgramResult in_clear =
      RunSetpoint({"list", "--server", Concat("http://localhost:", port_), "--token-file", Path("reader")});
  EXPECT_NE(in_clear.exit_code, 0);
  EXPECT_THAT(in_clear.errors, HasSubstr("https://"));
}

TEST_F(SecuredServerTest, WithoutAGoodTokenNoVerbSaysAnything) {
  for (const Words& words : std::vector<Words>{{"list"},
                                               {"get", kSecretKey},
                                               {"history", kSecretKey},
                                               {"blame", kSecretKey},
                                               {"diff", "r1", "r2"},
                                               {"log"},
                                               {"search"},
                                               {"refs"},
                                               {"timelines"},
                                               {"repositories"},
                                               {"status"},
                                               {"consumers"},
                                               {"explain", "private/s.yaml"},
                                               {"watch", "--from", "start"}}) {
    for (const char* who : {"", "wrong", "gone"}) {
      const ProgramResult refused = As(who, words);
      EXPECT_NE(refused.exit_code, 0) << words[0] << " by '" << who << "'";
      EXPECT_EQ(refused.output, "") << words[0];
      EXPECT_THAT(refused.errors, AllOf(HasSubstr("token"), Not(HasSubstr("CANARY")), Not(HasSubstr("private"))))
          << words[0];
    }
    if (words[0] != "watch") {
      EXPECT_NE(As("secrets", words).output, "") << words[0] << As("secrets", words).errors;
    }
  }
}

TEST_F(SecuredServerTest, WhoMayNotReadSecretsGetsDigests) {
  const ProgramResult digest = As("reader", {"get", kSecretKey, "-o", "json"});
  EXPECT_THAT(digest.output, AllOf(HasSubstr("hmac-sha256:"), Not(HasSubstr(kSecretText))));
  const ProgramResult refused = As("reader", {"get", kSecretKey, "-o", "json", "--show-secrets"});
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_THAT(refused.errors, HasSubstr("read-secrets"));
  EXPECT_THAT(As("secrets", {"get", kSecretKey, "-o", "json"}).output,
              AllOf(HasSubstr("hmac-sha256:"), Not(HasSubstr(kSecretText))));
  EXPECT_THAT(As("secrets", {"get", kSecretKey, "-o", "json", "--show-secrets"}).output, HasSubstr(kSecretText));
}

TEST_F(SecuredServerTest, AScopedTokenSeesItsPartAndNothingElse) {
  EXPECT_EQ(As("public", {"list", "-o", "name"}).output, "public/a.yaml#ConfigMap/open\n");
  EXPECT_EQ(As("public", {"get", kSecretKey}).exit_code, 1);
  EXPECT_EQ(As("public", {"get", "public/a.yaml#ConfigMap/open"}).exit_code, 0);
  for (const Words& words : std::vector<Words>{{"list", "-o", "json", "--content", "--show-secrets"},
                                               {"log", "--changes", "-o", "json"},
                                               {"search", "-o", "json"},
                                               {"status", "-o", "json"},
                                               {"repositories", "-o", "json"},
                                               {"refs", "-o", "json"}}) {
    const ProgramResult part = As("public", words);
    EXPECT_EQ(part.exit_code, 0) << words[0] << part.errors;
    EXPECT_THAT(part.output, AllOf(Not(HasSubstr("private")), Not(HasSubstr("CANARY")))) << words[0];
  }
  RunningProgram watch({"watch", "--from", "start", "--server", Url(), "--ca-file", Path("first/ca.pem"),
                        "--token-file", Path("public")},
                       Path("watch.log"));
  Push({{"private/p.yaml", HistoryFile(ConfigMap("closed", 2))}});
  Push({{"public/a.yaml", HistoryFile(ConfigMap("open", 2))}});
  Await("its own change comes", [&] { return watch.Log().find(R"("v":"2")") != std::string::npos; });
  EXPECT_THAT(watch.Log(), AllOf(HasSubstr("public/a.yaml"), Not(HasSubstr("private"))));
  watch.Signal(SIGTERM);
  watch.Wait();
}

// A watcher that trusts the first authority alone could not come back, so what it hears later it hears on the
// connection that it had.
TEST_F(SecuredServerTest, CertificateAndTokensAreExchangedBelowWatchers) {
  RunningProgram watch({"watch", "--from", "start", "--server", Url(), "--ca-file", Path("first/ca.pem"),
                        "--token-file", Path("reader")},
                       Path("watch.log"));
  Await("the watch has begun", [&] { return watch.Log().find("public/a.yaml") != std::string::npos; });
  UseCertificateOf("second");
  AddToken("late", {"--role", "read"});
  EXPECT_NE(As("late", {"refs"}).exit_code, 0) << "not yet";
  server_->Signal(SIGHUP);
  Await("the new certificate and the new token are in use",
        [this] { return As("late", {"refs"}, "second").exit_code == 0; });
  EXPECT_EQ(As("late", {"refs"}, "first").exit_code, 3);
  Push({{"public/a.yaml", HistoryFile(ConfigMap("open", 7))}});
  Await("the watch goes on", [&] { return watch.Log().find(R"("v":"7")") != std::string::npos; });
  EXPECT_TRUE(watch.IsRunning());
  watch.Signal(SIGTERM);
  watch.Wait();
}

TEST_F(SecuredServerTest, StatusSaysHowItFollows) {
  const ProgramResult status = As("reader", {"status", "-o", "json"});
  EXPECT_THAT(status.output, AllOf(HasSubstr("\"following\""), HasSubstr("\"last_success\"")));
  EXPECT_THAT(As("reader", {"status", "-o", "table"}).output, AllOf(HasSubstr("LAST SUCCESS"), HasSubstr("waiting")));
}

TEST_F(SecuredServerTest, NoTokenIsInItsLog) {
  for (const char* who : {"reader", "secrets", "public", "gone", "wrong"}) As(who, {"status"});
  server_->Signal(SIGTERM);
  EXPECT_EQ(server_->Wait(), 0);
  const std::string log = server_->Log();
  EXPECT_THAT(log, AllOf(HasSubstr("reader"), Not(HasSubstr("CANARY"))));
  for (const auto& [name, token] : tokens_) EXPECT_THAT(log, Not(HasSubstr(token))) << name;
}

}  // namespace
}  // namespace setpoint::test
