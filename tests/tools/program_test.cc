// The program from outside: exit codes, outputs and errors of each verb, in a pipe and on a terminal.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "query/json_value.h"
#include "tests/support/git_history.h"
#include "tests/support/temporary_directory.h"
#include "tests/tools/program_run.h"

namespace setpoint::test {
namespace {

using testing::Test;

constexpr char kWeb[] = "apps/web.yaml#Deployment.apps/shop/web";

std::string Web(int replicas) {
  return "# front\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  namespace: shop\nspec:\n  "
         "replicas: " +
         std::to_string(replicas) + "\n";
}

// One store for all tests: three commits on main, r2 to r4, and the tag v1 on the first (r5).
class ProgramTest : public Test {
 protected:
  static void SetUpTestSuite() {
    directory_ = new TemporaryDirectory();
    GitHistory history(Path("shop.git"));
    const auto a =
        history.Commit({.files = {{"apps/web.yaml", Web(1)}, {"b.json", "{\"x\": 1}"}}, .message = "first\n"});
    const auto b =
        history.Commit({.parents = {a}, .files = {{"apps/web.yaml", Web(2)}}, .message = "two \x1b[31mred\n"});
    const auto c = history.Commit({.parents = {b}, .removed = {"b.json"}, .message = "drop b\n"});
    history.SetRef("refs/heads/main", c);
    history.SetRef("refs/tags/v1", a);
    first_ = new std::string(a.Hex());
    const ProgramResult result = RunSetpoint({"ingest", history.directory(), "--data", Path("store")});
    ASSERT_EQ(result.exit_code, 0) << result.errors;
    EXPECT_EQ(result.output.rfind("shop: 5 entries of 3 commits with 4 changes", 0), 0U) << result.output;
    EXPECT_EQ(result.errors, "");
  }
  static void TearDownTestSuite() {
    delete directory_;
    delete first_;
  }

  static std::string Path(const std::string& name) { return directory_->path() + "/" + name; }

  // A verb on the store, in a pipe.
  static ProgramResult Run(std::vector<std::string> arguments, ProgramOptions options = {}) {
    options.environment.try_emplace("SETPOINT_DATA", Path("store"));
    return RunSetpoint(arguments, options);
  }
  static std::string Output(const std::vector<std::string>& arguments) {
    const ProgramResult result = Run(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    EXPECT_EQ(result.errors, "");
    return result.output;
  }
  // Fails with the code and one line that holds `part`.
  static void ExpectError(const std::vector<std::string>& arguments, int exit_code, const std::string& part) {
    const ProgramResult result = Run(arguments);
    EXPECT_EQ(result.exit_code, exit_code) << result.errors;
    EXPECT_EQ(result.output, "");
    EXPECT_EQ(result.errors.rfind("setpoint: ", 0), 0U) << result.errors;
    EXPECT_EQ(result.errors.find('\n'), result.errors.size() - 1) << result.errors;
    EXPECT_NE(result.errors.find(part), std::string::npos) << result.errors;
  }

  static TemporaryDirectory* directory_;
  static std::string* first_;
};

TemporaryDirectory* ProgramTest::directory_ = nullptr;
std::string* ProgramTest::first_ = nullptr;

TEST_F(ProgramTest, NamesAreOneALine) {
  EXPECT_EQ(Output({"list", "-o", "name"}), std::string(kWeb) + "\n");
  EXPECT_EQ(Output({"list", "-o", "name", "--at", "v1"}), std::string(kWeb) + "\nb.json#Data\n");
  EXPECT_EQ(Output({"list", "-o", "name", "--at", *first_, "--limit", "1"}), std::string(kWeb) + "\n");
  EXPECT_EQ(Output({"history", kWeb, "-o", "name"}), "r3\nr2\n");
  EXPECT_EQ(Output({"log", "-o", "name"}), "r4\nr3\nr2\nr1\n");
  EXPECT_EQ(Output({"refs", "-o", "name"}), "refs/heads/main\nrefs/tags/v1\n");
  EXPECT_EQ(Output({"timelines", "-o", "name"}), "refs/heads/main\n");
  EXPECT_EQ(Output({"repositories", "-o", "name"}), "shop\n");
  EXPECT_EQ(Output({"get", kWeb, "-o", "name"}), std::string(kWeb) + "\n");
}

TEST_F(ProgramTest, APipeGetsOneJsonDocument) {
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{{"list", "--content"},
                                                                                         {"history", kWeb},
                                                                                         {"log", "--changes"},
                                                                                         {"refs"},
                                                                                         {"timelines", "--all"},
                                                                                         {"repositories"}}) {
    const std::string output = Output(arguments);
    auto value = query::ParseJson(output);
    ASSERT_TRUE(value.ok()) << output;
    EXPECT_EQ(value->kind, query::JsonValue::Kind::kArray) << output;
    EXPECT_FALSE(value->items.empty());
  }
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"get", kWeb}, {"status"}, {"verify"}}) {
    const std::string output = Output(arguments);
    auto value = query::ParseJson(output);
    ASSERT_TRUE(value.ok()) << output;
    EXPECT_EQ(value->kind, query::JsonValue::Kind::kObject) << output;
  }
}

TEST_F(ProgramTest, WhatScriptsRelyOnIsThere) {
  const std::string list = Output({"list"});
  auto value = query::ParseJson(list);
  ASSERT_TRUE(value.ok() && value->items.size() == 1);
  for (const char* name :
       {"key", "format", "kind", "namespace", "name", "path", "revision", "commit", "content_hash", "stale"}) {
    EXPECT_NE(value->items[0].Find(name), nullptr) << name;
  }
  for (const char* verb : {"history", "log"}) {
    const std::string text = verb == std::string("log") ? Output({verb}) : Output({verb, kWeb});
    value = query::ParseJson(text);
    ASSERT_TRUE(value.ok() && !value->items.empty());
    for (const char* name : {"revision", "commit", "author", "committed", "operation"}) {
      EXPECT_NE(value->items[0].Find(name), nullptr) << name;
    }
  }
}

TEST_F(ProgramTest, FormsOfGet) {
  EXPECT_EQ(Output({"get", kWeb, "-o", "raw"}), Web(2));
  EXPECT_EQ(Output({"get", kWeb, "-o", "raw", "--at", "r2"}), Web(1));
  EXPECT_EQ(Output({"get", kWeb, "-o", "yaml"}),
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  namespace: shop\nspec:\n  replicas: 2\n");
  EXPECT_EQ(Output({"get", "b.json#Data", "--at", "v1", "-o", "raw"}), "{\"x\": 1}");
}

TEST_F(ProgramTest, YamlOfListsIsAList) {
  EXPECT_EQ(Output({"refs", "-o", "yaml"}).rfind("- ref: refs/heads/main\n  owned: true\n", 0), 0U);
}

TEST_F(ProgramTest, TablesForTerminals) {
  if (!HasTerminals()) GTEST_SKIP() << "this system gives no terminals (is /dev/pts mounted?)";
  const ProgramResult table = Run({"log"}, {.terminal = true});
  EXPECT_EQ(table.exit_code, 0);
  EXPECT_EQ(table.output.rfind("\x1b[2mREVISION\x1b[0m", 0), 0U) << table.output;
  const ProgramResult plain = Run({"log"}, {.terminal = true, .environment = {{"NO_COLOR", "1"}}});
  EXPECT_EQ(plain.output.find('\x1b'), std::string::npos) << plain.output;
  EXPECT_NE(plain.output.find("first"), std::string::npos) << plain.output;
  size_t begin = 0;
  for (size_t end = plain.output.find('\n'); end != std::string::npos; end = plain.output.find('\n', begin)) {
    EXPECT_LE(end - begin, 110U);  // A cut mark has three bytes, but one column.
    begin = end + 1;
  }
}

TEST_F(ProgramTest, MessagesDoNotCommandTheTerminal) {
  const ProgramResult plain = Run({"log", "-o", "table"});
  EXPECT_EQ(plain.output.find('\x1b'), std::string::npos) << plain.output;
  EXPECT_NE(plain.output.find("two \xEF\xBF\xBD[31mred"), std::string::npos) << plain.output;
}

TEST_F(ProgramTest, NotFoundIsOne) {
  ExpectError({"get", "none#Data"}, 1, "no resource none#Data");
  ExpectError({"get", "b.json#Data"}, 1, "was deleted at r4");
  ExpectError({"list", "--at", "nowhere"}, 1, "setpoint refs");
  ExpectError({"list", "--at", "r99"}, 1, "r5");
  ExpectError({"list", "--at", "0123456789abcdef0123456789abcdef01234567"}, 1, "no commit");
  ExpectError({"list", "--repo", "other"}, 1, "there is shop");
  ExpectError({"history", "none#Data"}, 1, "setpoint list");
}

TEST_F(ProgramTest, WrongUsageIsTwo) {
  ExpectError({}, 2, "--help");
  ExpectError({"nonsense"}, 2, "--help");
  ExpectError({"list", "--nonsense"}, 2, "setpoint list --help");
  ExpectError({"list", "-o", "xml"}, 2, "xml");
  ExpectError({"list", "--label", "a in"}, 2, "label selector");
  ExpectError({"list", "--field", "x=1"}, 2, "POINTER=VALUE");
  ExpectError({"list", "--format", "word"}, 2, "kubernetes");
  ExpectError({"list", "--at", "main~1"}, 2, "suffix");
  ExpectError({"get"}, 2, "setpoint get --help");
  ExpectError({"log", "--since", "tomorrow"}, 2, "is no time");
  ExpectError({"log", "--operation", "made"}, 2, "created");
  ExpectError({"help", "nonsense"}, 2, "setpoint help");
}

TEST_F(ProgramTest, AnUnreachableStoreIsThree) {
  ExpectError({"list", "--data", Path("no-store")}, 3, "setpoint ingest");
  std::filesystem::create_directory(Path("foreign"));
  std::ofstream(Path("foreign/thesis.tex")) << "years of work";
  ExpectError({"list", "--data", Path("foreign")}, 3, "foreign");
  ExpectError({"ingest", Path("shop.git"), "--data", Path("foreign")}, 3, "foreign");
  EXPECT_TRUE(std::filesystem::exists(Path("foreign/thesis.tex")));
}

TEST_F(ProgramTest, IngestAgainAddsNothing) {
  EXPECT_EQ(Output({"ingest", Path("shop.git")}), "shop: nothing new (r5)\n");
  EXPECT_EQ(Output({"ingest"}), "shop: nothing new (r5)\n");
}

TEST_F(ProgramTest, ANameIsTakenOnce) {
  const GitHistory other(Path("other/shop.git"));
  ExpectError({"ingest", Path("other/shop.git")}, 2, "--name");
  ExpectError({"ingest", Path("other/shop.git"), "--name", "Not A Name"}, 2, "Not A Name");
}

TEST_F(ProgramTest, WhatIsNoRepositoryIsAnError) {
  ExpectError({"ingest", Path("nowhere"), "--data", Path("new-store")}, 1, "nowhere");
}

TEST_F(ProgramTest, RefsBecomeOwnedByPattern) {
  const std::string data = Path("owned");
  Output({"ingest", Path("shop.git"), "--ref", "refs/tags/v*", "--data", data});
  EXPECT_EQ(Output({"timelines", "--data", data, "-o", "name"}), "refs/heads/main\nrefs/tags/v1\n");
}

TEST_F(ProgramTest, RebuildKeepsEveryAnswer) {
  const std::string before = Output({"list"}) + Output({"history", kWeb}) + Output({"log", "--changes"});
  EXPECT_EQ(Output({"rebuild"}), "");
  EXPECT_EQ(Output({"list"}) + Output({"history", kWeb}) + Output({"log", "--changes"}), before);
}

TEST_F(ProgramTest, HelpTeaches) {
  EXPECT_NE(Output({"--help"}).find("setpoint ingest"), std::string::npos);
  for (const char* verb : {"ingest", "list", "get", "history", "log", "refs", "timelines", "repositories", "status",
                           "verify", "rebuild", "redecode", "explain", "completion"}) {
    const std::string help = Output({verb, "--help"});
    EXPECT_NE(help.find("Examples:"), std::string::npos) << verb;
    EXPECT_EQ(Output({"help", verb}), help);
  }
  EXPECT_EQ(Output({"--version"}).rfind("setpoint ", 0), 0U);
}

TEST_F(ProgramTest, CompletionOfThreeShells) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const std::string script = Output({"completion", shell});
    EXPECT_NE(script.find("history"), std::string::npos) << shell;
    EXPECT_NE(script.find("axis"), std::string::npos) << shell;
  }
  std::ofstream(Path("setpoint.bash")) << Output({"completion", "bash"});
  const std::string check =
      "bash -c 'source " + Path("setpoint.bash") +
      " && COMP_WORDS=(setpoint list --ax) COMP_CWORD=2 && _setpoint && [[ $COMPREPLY == --axis ]]'";
  EXPECT_EQ(std::system(check.c_str()), 0);
}

TEST_F(ProgramTest, ABrokenSettingsFileStartsNothing) {
  std::ofstream(Path("broken.toml")) << "[server]\nlisten = 7\n";
  const ProgramResult result = Run({"serve", "--config", Path("broken.toml"), "--data", Path("never")});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.errors.find("broken.toml:2: server.listen: expected a string"), std::string::npos) << result.errors;
  EXPECT_FALSE(std::filesystem::exists(Path("never")));
  EXPECT_EQ(Output({"serve", "--print-config"}).rfind("# Settings of `setpoint serve --config FILE`.", 0), 0U);
}

}  // namespace
}  // namespace setpoint::test
