// The settings file: what it may say, what is refused and how, and that the example is one.
#include "server/settings/settings_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "server/settings/setting_table.h"
#include "server/settings/setting_value.h"
#include "server/settings/settings_change.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/test_seed.h"

namespace setpoint::test {
namespace {

using server::ExampleSettings;
using server::ParseSettings;
using server::ServerOptions;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Optional;

// The message for a file that is refused.
std::string Refusal(std::string_view text) {
  const auto settings = ParseSettings(text, "f.toml");
  EXPECT_EQ(settings.status().code(), absl::StatusCode::kInvalidArgument) << text;
  return std::string(settings.status().message());
}

TEST(SettingsFileTest, ReadsEveryKindOfValue) {
  const auto settings = ParseSettings(R"(
[server]
listen = "127.0.0.1:0"
worker_threads = 7
[limits]
header_bytes = "32KiB"
body_bytes = 2_048
[follow]
poll = "1m30s"
[log]
level = "warning"
[[repository]]
name = "a"
source = "https://example.com/a.git"
owned = ["main", "env/*"]
pull_requests = true
environments = ["prod=main:clusters/prod", "all="]
keys = []
[[repository]]
name = "b"
source = "/srv/b"
)",
                                      "f.toml");
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->listen, "127.0.0.1:0");
  EXPECT_EQ(settings->worker_threads, 7U);
  EXPECT_EQ(settings->connections.header_bytes_max, 32U << 10);
  EXPECT_EQ(settings->connections.body_bytes_max, 2'048U);
  EXPECT_EQ(settings->ingest.poll_interval, std::chrono::seconds(90));
  EXPECT_EQ(settings->log.level, "warning");
  ASSERT_EQ(settings->sources.size(), 2U);
  EXPECT_THAT(settings->sources[0].owned_patterns, ElementsAre("main", "env/*"));
  EXPECT_THAT(settings->sources[0].pointing_patterns, ElementsAre("refs/tags/*"));
  EXPECT_TRUE(settings->sources[0].pull_requests);
  EXPECT_THAT(settings->sources[0].environment_texts, Optional(ElementsAre("prod=main:clusters/prod", "all=")));
  EXPECT_THAT(settings->sources[0].signature_key_texts, Optional(IsEmpty())) << "none is not the same as not given";
  EXPECT_EQ(settings->sources[1].environment_texts, std::nullopt);
  EXPECT_EQ(settings->sources[1].source, "/srv/b");
}

TEST(SettingsFileTest, AnEmptyFileIsTheDefaults) {
  const auto settings = ParseSettings("# nothing\n", "f.toml");
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->listen, ServerOptions().listen);
  EXPECT_THAT(settings->sources, IsEmpty());
}

TEST(SettingsFileTest, RefusesWithLineAndKey) {
  EXPECT_EQ(Refusal("[server]\n\nlisten = 7\n"), "f.toml:3: server.listen: expected a string");
  EXPECT_EQ(Refusal("[follow]\npoll = \"0s\"\n"),
            "f.toml:2: follow.poll: expected a duration such as \"1m30s\", from 1s to 24h");
  EXPECT_THAT(Refusal("[follow]\npoll = \"inf\"\n"), HasSubstr("f.toml:2: follow.poll: expected a duration"));
  EXPECT_THAT(Refusal("[follow]\npoll = 30\n"), HasSubstr("follow.poll: expected a duration"));
  EXPECT_THAT(Refusal("[follow]\npol = \"30s\"\n"), HasSubstr("f.toml:2: follow.pol: no such key; known here: poll, "));
  EXPECT_THAT(Refusal("[folow]\n"), HasSubstr("f.toml:1: folow: no such section"));
  EXPECT_THAT(Refusal("poll = 3\n"), HasSubstr("f.toml:1: poll: no such section"));
  EXPECT_THAT(Refusal("server = 3\n"), HasSubstr("f.toml:1: server: is a section"));
  EXPECT_EQ(Refusal("[log]\nlevel = \"loud\"\n"),
            "f.toml:2: log.level: expected one of \"debug\", \"info\", \"warning\", \"error\", \"off\"");
  EXPECT_EQ(Refusal("[limits]\nheader_bytes = \"9GiB\"\n"),
            "f.toml:2: limits.header_bytes: expected a size such as \"64KiB\" from 1KiB to 1MiB");
  EXPECT_THAT(Refusal("[server]\nio_threads = -1\n"), HasSubstr("expected a whole number from 1 to 64"));
  EXPECT_THAT(Refusal("[server]\nio_threads = 1.5\n"), HasSubstr("expected a whole number from 1 to 64"));
  EXPECT_THAT(Refusal("[[repository]]\nsource = \"x\"\n"), HasSubstr("f.toml:1: repository.name: must be given"));
  EXPECT_THAT(Refusal("[[repository]]\nname = \"x\"\n"), HasSubstr("f.toml:1: repository.source: must be given"));
  EXPECT_THAT(Refusal("[[repository]]\nname = \"X/Y\"\nsource = \"x\"\n"), HasSubstr("is no repository name"));
  EXPECT_THAT(Refusal("[repository]\nname = \"x\"\n"), HasSubstr("write [[repository]]"));
  EXPECT_THAT(Refusal("[[repository]]\nname = \"x\"\nsource = \"y\"\nowned = [1]\n"),
              HasSubstr("f.toml:4: repository.owned: expected a list of at most 1000 strings"));
  EXPECT_THAT(Refusal("[[repository]]\nname = \"x\"\nsource = \"y\"\n[[repository]]\nname = \"x\"\nsource = \"y\"\n"),
              HasSubstr("f.toml:4: repository.name: 'x' stands twice"));
  const std::string repository = "[[repository]]\nname = \"x\"\nsource = \"y\"\n";
  EXPECT_THAT(
      Refusal(repository + "environments = [\"prod\"]\n"),
      HasSubstr("f.toml:4: repository.environments: expected a list of at most 1000, each an environment such as "
                "\"prod=main:clusters/prod/\""));
  EXPECT_THAT(Refusal(repository + "environments = [\"a=x\", \"a=y\"]\n"),
              HasSubstr("f.toml:1: repository.environments: 'a' stands twice"));
  EXPECT_THAT(Refusal(repository + "keys = [\"pgp:x\"]\n"),
              HasSubstr("f.toml:4: repository.keys: expected a list of at most 100, each KIND:FILE with openpgp"));
  EXPECT_EQ(Refusal("[server]\nlisten = 7\nbogus = 1\n"), "f.toml:2: server.listen: expected a string (and 1 more)");
}

TEST(SettingsFileTest, RefusesWhatIsNoToml) {
  EXPECT_THAT(Refusal("[server\n"), HasSubstr("f.toml: line 1: "));
  EXPECT_THAT(Refusal("[server]\nlisten = \"a\"\nlisten = \"b\"\n"), HasSubstr("f.toml: line 3: "));
  EXPECT_THAT(Refusal("[server]\n\xC3\xBC = 1\n"), HasSubstr("f.toml: line 2: "));
  EXPECT_EQ(Refusal("[server]\nlisten = \"\xFF\"\n"), "f.toml: is no UTF-8 text");
}

// The example says what the defaults are, and is itself a file that gives them.
TEST(SettingsFileTest, TheExampleIsAFileOfTheDefaults) {
  std::string text = ExampleSettings();
  const auto settings = ParseSettings(text, "example");
  ASSERT_TRUE(settings.ok()) << settings.status() << "\n" << text;
  ServerOptions read = *settings;
  ServerOptions defaults;
  for (const auto& section : server::SettingSections()) {
    for (const auto& row : section.rows) {
      EXPECT_TRUE(server::SameSetting(row.field(read), row.field(defaults))) << section.name << "." << row.key;
      EXPECT_THAT(text, HasSubstr(std::string("\n") + std::string(row.key) + " = ")) << section.name;
    }
  }
  for (const auto& row : server::RepositoryRows()) EXPECT_THAT(text, HasSubstr("\n#" + std::string(row.key) + " = "));
  // The section that is only shown, taken in.
  for (size_t at = 0; (at = text.find("\n#", at)) != std::string::npos; ++at) {
    if (text[at + 2] != ' ') text.erase(at + 1, 1);
  }
  const auto with_repository = ParseSettings(text, "example");
  ASSERT_TRUE(with_repository.ok()) << with_repository.status() << "\n" << text;
  ASSERT_EQ(with_repository->sources.size(), 1U);
  EXPECT_EQ(with_repository->sources[0].name, "gitops");
  EXPECT_THAT(with_repository->sources[0].environment_texts, Optional(testing::SizeIs(2)));
}

TEST(SettingsFileTest, EveryKeyIsExplained) {
  for (const auto& section : server::SettingSections()) {
    for (const auto& row : section.rows) EXPECT_GT(row.help.size(), 20U) << section.name << "." << row.key;
  }
  for (const auto& row : server::RepositoryRows()) EXPECT_GT(row.help.size(), 20U) << row.key;
}

TEST(SettingsFileTest, SaysWhatAReloadChanges) {
  ServerOptions current;
  current.sources.emplace_back().name = "a";
  ServerOptions fresh = current;
  EXPECT_THAT(TakeWhatCanChange(current, fresh).applied, IsEmpty());
  EXPECT_THAT(TakeWhatCanChange(current, fresh).at_restart, IsEmpty());
  fresh.sources[0].depth = 7;
  fresh.sources.emplace_back().name = "b";
  const auto repositories = TakeWhatCanChange(current, fresh);
  EXPECT_THAT(repositories.applied, ElementsAre("repository a changed", "repository b added"));
  EXPECT_EQ(repositories.to_follow.size(), 2U);
  ServerOptions without = current;
  without.sources.clear();
  EXPECT_THAT(TakeWhatCanChange(current, without).to_leave, ElementsAre("a"));
  fresh = current;
  fresh.log.level = "debug";
  fresh.listen = "127.0.0.1:9";
  const auto change = TakeWhatCanChange(current, fresh);
  EXPECT_THAT(change.applied, ElementsAre("log.level"));
  EXPECT_THAT(change.at_restart, ElementsAre("server.listen"));
  EXPECT_EQ(fresh.log.level, "debug");
  EXPECT_EQ(fresh.listen, current.listen) << "it is not what holds";
}

TEST(SettingsFileTest, SaysWhyAFileCannotBeRead) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/f.toml";
  EXPECT_EQ(server::ReadSettingsFile(path).status().code(), absl::StatusCode::kNotFound);
  std::ofstream(path) << "[server]\nlisten = 1\n";
  EXPECT_THAT(std::string(server::ReadSettingsFile(path).status().message()), HasSubstr("f.toml:2: server.listen"));
  std::ofstream(path) << std::string((size_t{4} << 20) + 2, '#');
  EXPECT_EQ(server::ReadSettingsFile(path).status().code(), absl::StatusCode::kInvalidArgument);
}

// Whatever bytes stand in a file: it is read or refused, and never anything else.
TEST(SettingsFileTest, SurvivesDamagedFiles) {
  const std::string example = ExampleSettings();
  const SeedRange seeds = SeedsToRun(500, 100'000);
  for (uint64_t seed = seeds.first; seed < seeds.first + seeds.count; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    std::string text = example;
    const size_t edits = 1 + random() % 4;
    for (size_t i = 0; i < edits; ++i) {
      const size_t at = random() % text.size();
      switch (random() % 3) {
        case 0:
          text[at] = static_cast<char>(random());
          break;
        case 1:
          text.erase(at, random() % 20);
          break;
        default:
          text.insert(at, example.substr(random() % example.size(), random() % 20));
      }
      if (text.empty()) text = "\n";
    }
    const auto settings = ParseSettings(text, "f.toml");
    if (settings.ok()) continue;
    EXPECT_EQ(settings.status().code(), absl::StatusCode::kInvalidArgument) << settings.status();
  }
}

}  // namespace
}  // namespace setpoint::test
