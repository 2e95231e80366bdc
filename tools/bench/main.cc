// setpoint-bench: the measurements of measures.md that exist so far, on any repository, side by side with Git and
// SQLite in the same run. Every row shows both raw figures, their ratio and the goal.
#include <CLI/CLI.hpp>

#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "storage/base/locks.h"
#include "tools/bench/bench_input.h"
#include "tools/bench/bench_table.h"
#include "tools/bench/benches.h"

namespace setpoint::tools {
namespace {

struct Arguments {
  std::string source = "../shared/data/home-ops.bundle";
  std::string scratch;
  bool as_is = false;
  int rounds = 5;
  uint64_t seed = 1;
  std::vector<std::string> only;  // Empty: all.
};

using Bench = std::function<absl::StatusOr<std::vector<BenchRow>>(const BenchInput&)>;

int Report(const absl::Status& status) {
  if (status.ok()) return 0;
  std::fprintf(stderr, "setpoint-bench: %s\n", status.ToString().c_str());
  return 1;
}

absl::Status RunAll(const Arguments& arguments, const std::string& scratch) {
  auto input = PrepareBenchInput(arguments.source, scratch, arguments.as_is ? Clone::kNone : Clone::kFresh);
  if (!input.ok()) return input.status();
  input->rounds = arguments.rounds;
  input->seed = arguments.seed;
  const std::vector<std::pair<std::string, Bench>> benches = {
      {"diff", BenchTreeDiff},   {"ingest", BenchIngest}, {"get", BenchGet},      {"state", BenchState},
      {"history", BenchHistory}, {"blame", BenchBlame},   {"compare", BenchDiff}, {"search", BenchSearch}};
  const auto wanted = [&](const std::string& name) {
    return arguments.only.empty() ||
           std::find(arguments.only.begin(), arguments.only.end(), name) != arguments.only.end();
  };
  bool has_store = false;
  for (const auto& [name, bench] : benches) {
    if (!wanted(name)) continue;
    if (name == "ingest") has_store = true;
    if (name != "diff" && !has_store) {
      absl::Status status = IngestChild(input->store, input->repository);
      if (status.ok()) status = CompactBenchStore(*input);
      if (!status.ok()) return status;
      has_store = true;
    }
    const auto rows = bench(*input);
    if (!rows.ok()) return rows.status();
    PrintBenchTable(*rows);
    std::fflush(stdout);
  }
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  CLI::App app("Measures setpoint against Git and SQLite, as measures.md asks.");
  Arguments arguments;
  app.add_option("--source", arguments.source, "a repository: path or bundle")->capture_default_str();
  app.add_option("--scratch", arguments.scratch, "a folder for clones and stores (default: a temporary one)");
  app.add_flag("--as-is", arguments.as_is, "measure SOURCE itself, no fresh clone of it (a partial clone, say)");
  app.add_option("--rounds", arguments.rounds, "how often ours and the peer are run in turn")->capture_default_str();
  app.add_option("--seed", arguments.seed, "of the random questions")->capture_default_str();
  app.add_option("--only", arguments.only, "diff, ingest, get, state, history, blame, compare, search");
  std::string store;
  std::string repository;
  CLI::App* ingest = app.add_subcommand("ingest-child", "ingest once (run by this program itself)");
  ingest->add_option("store", store)->required();
  ingest->add_option("repository", repository)->required();
  CLI::App* diff = app.add_subcommand("tree-diff-child", "count all changes (run by this program itself)");
  diff->add_option("repository", repository)->required();
  CLI11_PARSE(app, argc, argv);
  if (ingest->parsed()) return Report(IngestChild(store, repository));
  if (diff->parsed()) return Report(TreeDiffChild(repository));
  std::string scratch = arguments.scratch;
  if (scratch.empty()) {
    scratch = std::filesystem::temp_directory_path() / "setpoint-bench-XXXXXX";
    if (mkdtemp(scratch.data()) == nullptr) return Report(absl::InternalError("no temporary folder"));
  }
  const absl::Status status = RunAll(arguments, scratch);
  if (arguments.scratch.empty()) std::filesystem::remove_all(scratch);
  return Report(status);
}

}  // namespace
}  // namespace setpoint::tools

int main(int argc, char** argv) {
  setpoint::storage::LockWithoutOrderChecks();
  return setpoint::tools::Main(argc, argv);
}
