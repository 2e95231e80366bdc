// setpoint-load: the rows of measures.md that need a server, ours beside etcd, NATS, PostgreSQL, RocksDB and bare Beast
// in the same run on the loopback. `tools/packages/install bench` brings the peers.
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "storage/base/locks.h"
#include "tools/bench/load_input.h"

namespace setpoint::tools {
namespace {

struct Arguments {
  std::string source = "../shared/data/home-ops.bundle";
  std::string folder;
  int rounds = 5;
  int seconds = 1;
  uint64_t seed = 1;
  std::vector<std::string> only;  // Empty: all.
};

// Figures are worth what the machine was left alone.
void PrintNoise() {
  std::string line;
  std::getline(std::ifstream("/proc/loadavg"), line);
  std::printf("load average of the machine: %s\n", line.c_str());
}

struct Load {
  std::string name;
  std::function<absl::StatusOr<std::vector<BenchRow>>(const LoadInput&)> run;
};

absl::Status RunAll(const Arguments& arguments, const std::string& scratch) {
  const std::string folder = arguments.folder.empty() ? scratch + "/input" : arguments.folder;
  auto input = PrepareLoadInput(arguments.source, folder, scratch);
  if (!input.ok()) return input.status();
  input->rounds = arguments.rounds;
  input->seconds = arguments.seconds;
  input->seed = arguments.seed;
  const std::vector<Load> loads = {{"read", LoadRead},     {"push", LoadPush},     {"event", LoadEvent},
                                   {"fanout", LoadFanOut}, {"append", LoadAppend}, {"start", LoadStart}};
  absl::Status result;
  for (const auto& [name, load] : loads) {
    const auto& only = arguments.only;
    if (!only.empty() && std::find(only.begin(), only.end(), name) == only.end()) continue;
    PrintNoise();
    const auto rows = load(*input);
    // One that cannot be taken keeps none of the others from it.
    if (!rows.ok()) {
      std::printf("%s: %s\n", name.c_str(), rows.status().ToString().c_str());
      result.Update(rows.status());
      continue;
    }
    PrintBenchTable(*rows);
    std::fflush(stdout);
  }
  return result;
}

int Main(int argc, char** argv) {
  CLI::App app("Measures the server against its peers, as measures.md asks (M6, M13 to M17).");
  Arguments arguments;
  app.add_option("--source", arguments.source, "a repository: path or bundle")->capture_default_str();
  app.add_option("--folder", arguments.folder, "where the clone and the store of the source are kept for another run");
  app.add_option("--rounds", arguments.rounds, "how often ours and the peers are run in turn")->capture_default_str();
  app.add_option("--seconds", arguments.seconds, "how long one load lasts")->capture_default_str();
  app.add_option("--seed", arguments.seed, "of the random questions")->capture_default_str();
  app.add_option("--only", arguments.only, "read, push, event, fanout, append, start");
  CLI11_PARSE(app, argc, argv);
  const ScratchFolder scratch;
  const absl::Status status = RunAll(arguments, scratch.path());
  if (status.ok()) return 0;
  std::fprintf(stderr, "setpoint-load: %s\n", status.ToString().c_str());
  return 1;
}

}  // namespace
}  // namespace setpoint::tools

int main(int argc, char** argv) {
  setpoint::storage::LockWithoutOrderChecks();
  return setpoint::tools::Main(argc, argv);
}
