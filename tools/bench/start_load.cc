// M17: from the start after kill -9 to the first correct answer.
#include "tools/bench/load_input.h"
#include "tools/bench/loopback.h"
#include "tools/bench/process.h"

namespace setpoint::tools {
namespace {

constexpr char kQuestion[] = "/v1/repositories/bench/resources?limit=100&at=r100";

}  // namespace

absl::StatusOr<std::vector<BenchRow>> LoadStart(const LoadInput& input) {
  std::string expected;
  std::vector<double> seconds;
  for (int round = 0; round <= input.rounds; ++round) {
    const double start = NowSeconds();
    const uint16_t port = FreePort();
    // Not StartServer: an answer may come before every repository was looked at.
    auto server = input.StartUnready(port);
    if (!server.ok()) return server.status();
    const auto answer = HttpGet(port, kQuestion);
    if (!answer.ok()) return answer.status();
    if (answer->status != 200) return absl::InternalError("the first answer is an error: " + answer->body);
    if (round == 0) expected = answer->body;  // The first start is not after a kill.
    if (answer->body != expected) return absl::DataLossError("another answer than before the kill");
    if (round > 0) seconds.push_back(NowSeconds() - start);
    (*server)->Kill();
  }
  const double median = Median(seconds);
  return std::vector<BenchRow>{
      {"M17", "start after kill -9 to the first correct answer", Seconds(median), "", {}, "<= 2 s", median <= 2}};
}

}  // namespace setpoint::tools
