// M17: from the start after kill -9 to the first correct answer. Each kill comes in the middle of a push, after some
// that watchers have seen; what they have seen must be there again.
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/bench/load_input.h"
#include "tools/bench/loopback.h"
#include "tools/bench/process.h"
#include "tools/bench/push_source.h"
#include "tools/bench/watched.h"

namespace setpoint::tools {
namespace {

constexpr size_t kPushesSeen = 100;

struct Expected {
  std::string question;
  std::string answer;
};

// Pushes, then kills the server in the middle of one more; what it answered before.
absl::StatusOr<Expected> PushAndKill(const LoadInput& input, PushSource& source) {
  auto server = input.StartServer();
  if (!server.ok()) return server.status();
  Service& running = **server;
  auto watched = Watched::Ours(*std::move(server), source, 1);
  if (!watched.ok()) return watched.status();
  for (size_t i = 0; i < kPushesSeen; ++i) {
    absl::Status status = (*watched)->Send(1);
    if (status.ok()) status = (*watched)->swarm().Await(1).status();
    if (!status.ok()) return status;
  }
  Expected expected;
  expected.question = absl::StrCat("/v1/repositories/bench/resources?path=bench/&at=", source.tip());
  const auto answer = HttpGet(running.port(), expected.question);
  if (!answer.ok()) return answer.status();
  if (answer->status != 200) return absl::InternalError("what was seen is not answered: " + answer->body);
  expected.answer = answer->body;
  if (absl::Status status = source.PushNext(); !status.ok()) return status;
  running.Kill();
  return expected;
}

}  // namespace

absl::StatusOr<std::vector<BenchRow>> LoadStart(const LoadInput& input) {
  const auto rounds = static_cast<size_t>(input.rounds);
  auto source = PushSource::Prepare(input.repository, {{.commits = rounds * (kPushesSeen + 1), .files_per_commit = 1}});
  if (!source.ok()) return source.status();
  std::vector<double> seconds;
  for (size_t round = 0; round < rounds; ++round) {
    const auto expected = PushAndKill(input, **source);
    if (!expected.ok()) return expected.status();
    const double start = NowSeconds();
    // Not StartServer: an answer may come before every repository was looked at.
    const auto server = input.StartUnready(FreePort());
    if (!server.ok()) return server.status();
    const auto answer = HttpGet((*server)->port(), expected->question);
    seconds.push_back(NowSeconds() - start);
    if (!answer.ok()) return answer.status();
    if (answer->body != expected->answer) return absl::DataLossError("another answer than before the kill");
  }
  const double median = Median(seconds);
  return std::vector<BenchRow>{
      {"M17",
       absl::StrFormat("start after kill -9 to the first correct answer (worst %s)", Seconds(Percentile(seconds, 1))),
       Seconds(median),
       "",
       {},
       "<= 2 s",
       median <= 2}};
}

}  // namespace setpoint::tools
