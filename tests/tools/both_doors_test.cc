// Every reading verb, in every form, asked of a store and of a server that holds it: the same bytes, the same exit
// code, the same error. On the demonstration repository, and on random histories with every oddity that Git tolerates.
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <memory>
#include <sstream>

#include "storage/base/concat.h"
#include "tests/properties/random_history.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/test_seed.h"
#include "tests/tools/program_run.h"
#include "tests/tools/running_program.h"

namespace setpoint::test {
namespace {

using storage::Concat;
using Words = std::vector<std::string>;

std::string Joined(const Words& words) {
  std::string text;
  for (const std::string& word : words) text += Concat("'", word, "' ");
  return text;
}

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// The store is written by a server: a reader beside it says so, and is right.
std::string WithoutLagNote(const std::string& errors) {
  std::string kept;
  for (const std::string& line : LinesOf(errors)) {
    if (line.find("is writing this store") == std::string::npos) kept += line + "\n";
  }
  return kept;
}

// A store and a server that serves it, both asked.
class BothDoors {
 public:
  // `data` holds what was ingested.
  explicit BothDoors(const std::string& data) : data_(data), log_(data + ".log") {
    server_ = std::make_unique<RunningProgram>(Words{"serve", "--data", data, "--listen", "127.0.0.1:0"}, log_);
    url_ = server_->AwaitUrl();
    // Until then it may still look at its sources, and status could change between two questions.
    Await("the server is ready",
          [this] { return RunSetpoint({"status", "--server", url_, "-o", "name"}).exit_code == 0; });
  }
  ~BothDoors() {
    server_->Signal(SIGTERM);
    EXPECT_EQ(server_->Wait(), 0) << server_->Log();
  }

  // What the store says; the server must say the same.
  ProgramResult Ask(const Words& arguments) {
    Words locally = arguments;
    locally.insert(locally.end(), {"--data", data_});
    Words remotely = arguments;
    remotely.insert(remotely.end(), {"--server", url_});
    const ProgramResult local = RunSetpoint(locally);
    const ProgramResult remote = RunSetpoint(remotely);
    EXPECT_EQ(local.output, remote.output) << Joined(arguments);
    EXPECT_EQ(local.exit_code, remote.exit_code) << Joined(arguments) << local.errors << remote.errors;
    EXPECT_EQ(WithoutLagNote(local.errors), remote.errors) << Joined(arguments);
    return local;
  }
  // Likewise, in every form.
  void AskInEveryForm(const Words& arguments) {
    for (const char* form : {"table", "name", "json", "yaml"}) {
      Words all = arguments;
      all.insert(all.end(), {"-o", form});
      EXPECT_EQ(Ask(all).exit_code, 0) << Joined(all);
    }
  }

  std::string Server() const { return url_; }
  std::string Data() const { return data_; }

 private:
  const std::string data_;
  const std::string log_;
  std::string url_;
  std::unique_ptr<RunningProgram> server_;
};

// Of one resource: its life, who wrote it, its text.
void AskAbout(BothDoors& doors, const std::string& key, const Words& at) {
  const auto with = [&at](Words words) {
    words.insert(words.end(), at.begin(), at.end());
    return words;
  };
  doors.AskInEveryForm(with({"get", key}));
  doors.Ask(with({"get", key, "-o", "raw"}));
  doors.AskInEveryForm(with({"history", key}));
  doors.AskInEveryForm(with({"history", key, "--timeline", "--limit", "2"}));
  doors.AskInEveryForm(with({"blame", key}));
  doors.Ask(with({"blame", key, "/spec", "-o", "json"}));
}

// What differs, and what happened.
void AskOfChanges(BothDoors& doors, const std::string& from, const std::string& to) {
  for (const char* form : {"table", "name", "json", "yaml", "raw"}) {
    doors.Ask({"diff", from, to, "-o", form});
    doors.Ask({"diff", from, from, "-o", form});
    doors.Ask({"diff", from, to, "--path", "clusters/prod/", "-o", form});
  }
  doors.AskInEveryForm({"log"});
  doors.AskInEveryForm({"log", "--at", from, "--changes", "--limit", "9"});
  doors.AskInEveryForm({"log", "--author", "a", "--operation", "deleted", "--since", "2000-01-01"});
  doors.AskInEveryForm({"search", "--operation", "created", "--limit", "20"});
  doors.AskInEveryForm({"search", "--field", "/spec", "--at", from});
  doors.AskInEveryForm({"search", "--path", "**/*.yaml", "--author", "a", "--until", "2100-01-01", "--limit", "9"});
  doors.AskInEveryForm({"search", "--value", "Deployment", "--appearances"});
  doors.AskInEveryForm({"search", "--value", "1", "--appearances", "--at", from, "--limit", "3"});
  doors.AskInEveryForm({"timelines"});
  doors.AskInEveryForm({"timelines", "--all"});
}

// Which controllers have seen a commit: one that has applied all, and what it has not seen.
void AskOfConsumers(BothDoors& doors, const std::string& directory) {
  RunningProgram consumer({"watch", "--server", doors.Server(), "--consumer", "argo", "--from", "start",
                           "--cursor-file", directory + "/cursor", "--exec-batch", "true"},
                          directory + "/consumer.log");
  Await("the consumer has acknowledged all", [&doors] {
    const std::string seen =
        RunSetpoint({"consumers", "--seen", "main", "--server", doors.Server(), "-o", "json"}).output;
    return seen.find("\"revisions\":0") != std::string::npos && seen.find("\"seen\":true") != std::string::npos;
  });
  consumer.Signal(SIGTERM);
  consumer.Wait();
  doors.AskInEveryForm({"consumers"});
  for (const char* commit : {"main", "prod-2026-04", "v1.0.0"}) doors.AskInEveryForm({"consumers", "--seen", commit});
  EXPECT_NE(doors.Ask({"consumers", "--seen", "0123456789012345678901234567890123456789"}).exit_code, 0);
}

// Every verb that reads takes an environment.
void AskOfEnvironments(BothDoors& doors) {
  const std::string key = "apps/web/deployment.yaml#Deployment.apps/shop/web";
  const std::string list = doors.Ask({"list", "--environment", "prod", "-o", "name"}).output;
  EXPECT_NE(list.find(Concat("clusters/prod/", key, "\n")), std::string::npos) << list;
  EXPECT_EQ(list.find("clusters/staging/"), std::string::npos) << list;
  for (const Words& question : std::vector<Words>{{"list", "--kind", "Deployment", "--at", "r200"},
                                                  {"get", key},
                                                  {"history", key},
                                                  {"blame", key},
                                                  {"blame", "--deleted", key},
                                                  {"log", "--limit", "9"},
                                                  {"search", "--field", "/spec/replicas"},
                                                  {"search", "--value", "shop", "--appearances"}}) {
    Words words = question;
    words.insert(words.end(), {"--environment", "prod"});
    doors.AskInEveryForm(words);
  }
  doors.Ask({"diff", "r200", "--environment", "prod", "-o", "json"});
  EXPECT_EQ(doors.Ask({"diff", "--environment", "staging", "--environment", "prod", "-o", "json"}).exit_code, 1);
  const ProgramResult watch = doors.Ask({"watch", "--environment", "prod", "--from", "start", "--count", "20"});
  EXPECT_EQ(watch.exit_code, 0);
  EXPECT_NE(watch.output.find("\"key\":\"clusters/prod/"), std::string::npos);
  EXPECT_EQ(watch.output.find("\"key\":\"clusters/staging/"), std::string::npos);
  for (const Words& wrong : std::vector<Words>{{"list"}, {"log"}, {"search", "--value", "1"}}) {
    Words words = wrong;
    words.insert(words.end(), {"--environment", "nowhere"});
    EXPECT_EQ(doors.Ask(words).exit_code, 1) << Joined(words);
  }
}

// What every store can be asked.
void AskGenerally(BothDoors& doors, const Words& positions) {
  doors.AskInEveryForm({"repositories"});
  doors.AskInEveryForm({"refs"});
  doors.AskInEveryForm({"consumers"});
  doors.Ask({"status", "-o", "name"});
  for (const std::string& position : positions) {
    const Words at = position.empty() ? Words() : Words{"--at", position};
    const auto with = [&at](Words words) {
      words.insert(words.end(), at.begin(), at.end());
      return words;
    };
    doors.AskInEveryForm(with({"list"}));
    doors.AskInEveryForm(with({"list", "--content", "--limit", "7"}));
    doors.Ask(with({"list", "--axis", "observed", "--format", "file"}));  // Of a TIME: before anything was observed.
    const Words keys = LinesOf(doors.Ask(with({"list", "-o", "name"})).output);
    for (size_t i = 0; i < keys.size(); i += 1 + keys.size() / 3) AskAbout(doors, keys[i], at);
  }
  // Errors are the same as well.
  for (const Words& wrong : std::vector<Words>{{"get", "none#Data"},
                                               {"list", "--at", "nowhere"},
                                               {"list", "--at", "r999999"},
                                               {"list", "--at", "main~1"},
                                               {"list", "--repo", "other"},
                                               {"list", "--label", "a in"},
                                               {"list", "--format", "word"},
                                               {"list", "--field", "x=1"},
                                               {"refs", "--repo", "other"},
                                               {"get", "none#Data", "--repo", "other"},
                                               {"history", "none#Data"},
                                               {"blame", "none#Data"},
                                               {"diff", "nowhere"},
                                               {"log", "--since", "tomorrow"},
                                               {"log", "--operation", "made"},
                                               {"search", "--field", "x"},
                                               {"timelines", "--repo", "other"}}) {
    EXPECT_NE(doors.Ask(wrong).exit_code, 0) << Joined(wrong);
  }
}

TEST(BothDoorsTest, TheDemonstrationRepository) {
  const TemporaryDirectory directory;
  const std::string source = directory.path() + "/shop";
  const std::string data = directory.path() + "/store";
  const std::string make =
      Concat("python3 -B " SETPOINT_SOURCE_DIRECTORY "/tools/demo/demo.py ", source, " > /dev/null");
  ASSERT_EQ(std::system(make.c_str()), 0);
  const ProgramResult ingested = RunSetpoint({"ingest", source, "--data", data, "--environment", "prod=clusters/prod/",
                                              "--environment", "staging=main:clusters/staging/"});
  ASSERT_EQ(ingested.exit_code, 0) << ingested.errors;
  BothDoors doors(data);
  AskOfEnvironments(doors);
  AskGenerally(doors, {"", "prod-2026-04", "r200", "main@{2026-03-01}"});
  doors.AskInEveryForm({"list", "--kind", "Deployment", "--path", "clusters/prod/"});
  doors.AskInEveryForm({"list", "--namespace", "shop", "--name", "web", "--label", "app=web"});
  doors.AskInEveryForm({"list", "--namespace", "", "--limit", "3"});
  doors.AskInEveryForm({"list", "--field", "/spec/replicas=3"});
  doors.AskInEveryForm({"list", "--kind", "Nothing"});
  AskOfChanges(doors, "prod-2026-04", "main");
  AskOfConsumers(doors, directory.path());
  doors.AskInEveryForm({"list", "--kind", "Secret", "--content", "--show-secrets"});
  doors.AskInEveryForm({"list", "--kind", "Secret", "--content"});
}

TEST(BothDoorsTest, RandomHistories) {
  const SeedRange seeds = SeedsToRun(2, 50);
  for (uint64_t seed = seeds.first; seed < seeds.first + seeds.count; ++seed) {
    SCOPED_TRACE(Concat("SETPOINT_SEED=", seed));
    const TemporaryDirectory directory;
    const std::string data = directory.path() + "/store";
    RandomHistory history(directory.path() + "/source.git", seed);
    for (size_t i = 0; i < history.observation_count(); ++i) {
      history.Show(i);
      const ProgramResult ingested =
          RunSetpoint({"ingest", history.directory(), "--data", data, "--ref", "refs/heads/*"});
      ASSERT_EQ(ingested.exit_code, 0) << ingested.errors;
    }
    BothDoors doors(data);
    std::string newest = doors.Ask({"status", "-o", "name"}).output;
    newest.pop_back();
    Words refs = LinesOf(doors.Ask({"refs", "-o", "name"}).output);
    refs.resize(std::min<size_t>(refs.size(), 3));
    for (const std::string& ref : refs) {
      const ProgramResult list = doors.Ask({"list", "--at", ref, "--content"});
      if (list.exit_code == 0) doors.AskInEveryForm({"list", "--at", ref});
      const Words keys = LinesOf(doors.Ask({"list", "-o", "name", "--at", ref}).output);
      for (size_t i = 0; i < keys.size(); i += 1 + keys.size() / 4) AskAbout(doors, keys[i], {"--at", ref});
    }
    doors.AskInEveryForm({"repositories"});
    doors.AskInEveryForm({"refs"});
    doors.Ask({"diff", "r2", newest, "-o", "json"});
    AskOfChanges(doors, "refs/heads/main", "refs/heads/main");
  }
}

}  // namespace
}  // namespace setpoint::test
