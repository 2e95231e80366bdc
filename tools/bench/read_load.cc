// M6: one resource at a random revision over HTTP, keep-alive, one client and thirty-two.
#include <algorithm>
#include <functional>
#include <random>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "query/json_value.h"
#include "tools/bench/bare_server.h"
#include "tools/bench/load_input.h"
#include "tools/bench/loopback.h"
#include "tools/bench/wrk.h"

namespace setpoint::tools {
namespace {

constexpr size_t kManyClients = 32;
constexpr size_t kTargets = 500;
constexpr int kListsMax = 500;
constexpr int kSqlVersions = 100'000;

struct Questions {
  std::vector<std::string> targets;
  std::string answer;  // One of them, of middling size.
};

// Every byte but letters, digits and a few as %XX.
std::string PercentEncoded(const std::string& text) {
  std::string encoded;
  for (const char c : text) {
    const bool plain = absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.';
    if (plain) {
      encoded.push_back(c);
    } else {
      absl::StrAppendFormat(&encoded, "%%%02X", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

absl::StatusOr<Questions> MakeQuestions(uint16_t port, uint64_t seed) {
  constexpr char kResources[] = "/v1/repositories/bench/resources";
  const auto status = HttpGet(port, "/v1/status");
  if (!status.ok()) return status.status();
  const auto parsed = query::ParseJson(status->body);
  if (!parsed.ok() || parsed->Find("applied") == nullptr) return absl::InternalError("/v1/status is not as it was");
  const uint64_t applied = std::stoull(parsed->Find("applied")->Scalar());
  std::mt19937_64 random(seed);
  Questions questions;
  std::vector<std::pair<size_t, std::string>> answers;
  for (int lists = 0; questions.targets.size() < kTargets; ++lists) {
    if (lists == kListsMax) return absl::InternalError("the store has too few resources to ask for");
    const std::string at = absl::StrCat("r", applied - random() % (applied / 2 + 1));
    const auto list = HttpGet(port, absl::StrCat(kResources, "?limit=2000&at=", at));
    if (!list.ok()) return list.status();
    const auto page = query::ParseJson(list->body);
    if (list->status != 200 || !page.ok() || page->Find("resources") == nullptr) {
      return absl::InternalError("the list of resources is not as it was: " + list->body.substr(0, 200));
    }
    const auto& resources = page->Find("resources")->items;
    for (int i = 0; i < 25 && !resources.empty(); ++i) {
      const std::string key = resources[random() % resources.size()].Find("key")->Scalar();
      const std::string target = absl::StrCat(kResources, "/", PercentEncoded(key), "?at=", at);
      const auto answer = HttpGet(port, target);
      if (!answer.ok() || answer->status != 200) return absl::InternalError(absl::StrCat(target, " is not answered"));
      questions.targets.push_back(target);
      answers.emplace_back(answer->body.size(), answer->body);
    }
  }
  std::sort(answers.begin(), answers.end());
  questions.answer = answers[answers.size() / 2].second;
  return questions;
}

struct Peer {
  std::string name;
  std::string goal;
  double goal_ratio = 0;  // Of our requests a second by theirs.
  std::function<absl::StatusOr<LoadResult>(size_t connections)> run;
  std::vector<double> many;
  std::vector<double> one_p50;
};

absl::Status PrepareSql(uint16_t port, const std::string& answer, const std::string& folder) {
  std::string quoted;
  for (const char c : answer) quoted.append(c == '\'' ? 2 : 1, c);
  return RunSql(
      port,
      absl::StrCat("CREATE TABLE versions (key text, revision bigint, content text, PRIMARY KEY (key, revision));\n"
                   "INSERT INTO versions SELECT 'apps/key-' || i % 1000, i, '",
                   quoted, "' FROM generate_series(1, ", kSqlVersions, ") i;\nVACUUM ANALYZE versions;\n"),
      folder);
}

constexpr char kSqlQuestion[] =
    "\\set r random(1000, 100000)\n\\set k random(0, 999)\n"
    "SELECT content FROM versions WHERE key = 'apps/key-' || :k AND revision <= :r ORDER BY revision DESC LIMIT 1;\n";

BenchRow RowOf(const Peer& ours, const Peer& peer) {
  const double ratio = Median(ours.many) / Median(peer.many);
  BenchRow row;
  row.id = "M6";
  row.what = absl::StrCat("a resource over HTTP, ", kManyClients, " clients: ", peer.name);
  row.ours = absl::StrFormat("%.0f/s, p50 at one %s", Median(ours.many), Seconds(Median(ours.one_p50)));
  row.peer = absl::StrFormat("%.0f/s, p50 at one %s", Median(peer.many), Seconds(Median(peer.one_p50)));
  row.ratio = ratio;
  row.goal = peer.goal;
  row.met = ratio >= peer.goal_ratio;
  return row;
}

}  // namespace

absl::StatusOr<std::vector<BenchRow>> LoadRead(const LoadInput& input) {
  const auto server = input.StartServer();
  if (!server.ok()) return server.status();
  const auto questions = MakeQuestions((*server)->port(), input.seed);
  if (!questions.ok()) return questions.status();
  std::vector<BenchRow> rows;
  std::vector<Peer> runs;
  const auto http = [&input](uint16_t port, const std::vector<std::string>& targets, const std::string& body) {
    return [&input, port, targets, body](size_t connections) {
      return RunWrk(
          {.port = port, .connections = connections, .seconds = input.seconds, .targets = targets, .body = body},
          input.scratch);
    };
  };
  runs.push_back({"ours", "", 0, http((*server)->port(), questions->targets, ""), {}, {}});
  const auto bare = BareServer::Start(questions->answer);
  if (!bare.ok()) return bare.status();
  runs.push_back({"bare Beast", ">= 0.55x", 0.55, http((*bare)->port(), {"/"}, ""), {}, {}});
  const auto etcd = StartEtcd(input.scratch);
  if (etcd.ok()) {
    const std::string put = absl::StrCat(R"({"key":"a2V5","value":")", absl::Base64Escape(questions->answer), "\"}");
    const auto stored = HttpPost((*etcd)->port(), "/v3/kv/put", put);
    if (!stored.ok()) return stored.status();
    runs.push_back({"etcd range by its gateway",
                    ">= 6x",
                    6,
                    http((*etcd)->port(), {"/v3/kv/range"}, R"({"key":"a2V5"})"),
                    {},
                    {}});
  } else {
    rows.push_back(MissingPeer("M6", "etcd range by its gateway", etcd.status()));
  }
  const auto postgres = StartPostgres(input.scratch);
  if (postgres.ok()) {
    absl::Status made = PrepareSql((*postgres)->port(), questions->answer, input.scratch);
    if (!made.ok()) return made;
    runs.push_back({"PostgreSQL prepared query",
                    ">= 1x",
                    1,
                    [&](size_t connections) {
                      return RunPgbench({.port = (*postgres)->port(),
                                         .connections = connections,
                                         .seconds = input.seconds,
                                         .script = kSqlQuestion},
                                        input.scratch);
                    },
                    {},
                    {}});
  } else {
    rows.push_back(MissingPeer("M6", "PostgreSQL prepared query", postgres.status()));
  }
  for (int round = 0; round < input.rounds; ++round) {
    for (Peer& run : runs) {
      const auto many = run.run(kManyClients);
      if (!many.ok()) return many.status();
      const auto one = run.run(1);
      if (!one.ok()) return one.status();
      run.many.push_back(many->per_second);
      run.one_p50.push_back(one->p50_seconds);
    }
  }
  for (size_t i = 1; i < runs.size(); ++i) rows.push_back(RowOf(runs[0], runs[i]));
  const double p50 = Median(runs[0].one_p50);
  const double many = Median(runs[0].many);
  rows.push_back({"M6", "p50 at one client", Seconds(p50), "", {}, "<= 100 us", p50 <= 100e-6});
  rows.push_back(
      {"M6", "requests a second at 32", absl::StrFormat("%.0f/s", many), "", {}, ">= 15 k/s", many >= 15'000});
  return rows;
}

}  // namespace setpoint::tools
