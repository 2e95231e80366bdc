#include "tools/bench/wrk.h"

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "tools/bench/bench_table.h"
#include "tools/bench/process.h"
#include "tools/bench/service.h"

namespace setpoint::tools {
namespace {

// The number after `label` in a program's output; 0 where the label is not there.
double NumberAfter(const std::string& output, const std::string& label) {
  const size_t at = output.find(label);
  return at == std::string::npos ? 0 : std::strtod(output.c_str() + at + label.size(), nullptr);
}

// "   99%    1.23ms" as seconds.
double LatencyOf(const std::string& output, const std::string& share) {
  const size_t at = output.find(share + "%");
  if (at == std::string::npos) return 0;
  char* unit = nullptr;
  const double value = std::strtod(output.c_str() + at + share.size() + 1, &unit);
  if (std::strncmp(unit, "us", 2) == 0) return value * 1e-6;
  return std::strncmp(unit, "ms", 2) == 0 ? value * 1e-3 : value;
}

std::string LuaString(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted.push_back('\\');
    quoted.push_back(c);
  }
  return quoted + "\"";
}

// Every request is made before the first is sent, so that the script costs next to nothing.
std::string ScriptOf(const HttpLoad& load) {
  std::string script = "local all = {}\nlocal at = 0\nfunction init(args)\n";
  for (const std::string& target : load.targets) {
    absl::StrAppend(&script, "  all[#all + 1] = wrk.format(", load.body.empty() ? "\"GET\"" : "\"POST\"", ", ",
                    LuaString(target), ", nil, ", load.body.empty() ? "nil" : LuaString(load.body), ")\n");
  }
  return script + "end\nfunction request()\n  at = at % #all + 1\n  return all[at]\nend\n";
}

absl::StatusOr<std::string> Write(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

// What each transaction took, by pgbench's logs in a folder: "client number microseconds …".
std::vector<double> LoggedSeconds(const std::string& folder) {
  std::vector<double> seconds;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    std::ifstream lines(file.path());
    std::string client, number, rest;
    for (double microseconds = 0; lines >> client >> number >> microseconds && std::getline(lines, rest);) {
      seconds.push_back(microseconds * 1e-6);
    }
  }
  return seconds;
}

}  // namespace

absl::StatusOr<LoadResult> RunWrk(const HttpLoad& load, const std::string& folder) {
  const auto program = FindProgram("wrk", "wrk");
  if (!program.ok()) return program.status();
  const auto script = Write(folder + "/load.lua", ScriptOf(load));
  const auto run = RunProcess(
      {.words = {*program, "-t1", absl::StrCat("-c", load.connections), absl::StrCat("-d", load.seconds, "s"),
                 "--latency", "-s", *script, absl::StrCat("http://127.0.0.1:", load.port)},
       .keep_output = true});
  if (!run.ok()) return run.status();
  if (run->output.find("Non-2xx") != std::string::npos || run->output.find("Socket errors") != std::string::npos) {
    return absl::InternalError(absl::StrCat("not all was answered: ", run->output));
  }
  return LoadResult{.per_second = NumberAfter(run->output, "Requests/sec:"),
                    .p50_seconds = LatencyOf(run->output, "50"),
                    .p99_seconds = LatencyOf(run->output, "99")};
}

absl::StatusOr<LoadResult> RunPgbench(const SqlLoad& load, const std::string& folder) {
  const auto program = FindProgram("pgbench", "postgresql-15");
  if (!program.ok()) return program.status();
  const auto script = Write(folder + "/load.sql", load.script);
  const std::string logs = folder + "/pgbench";
  std::filesystem::remove_all(logs);
  std::filesystem::create_directory(logs);
  std::vector<std::string> words = {*program, "-n",
                                    "-M",     "prepared",
                                    "-c",     absl::StrCat(load.connections),
                                    "-j",     "1",
                                    "-T",     absl::StrCat(load.seconds),
                                    "-f",     *script,
                                    "-h",     "127.0.0.1",
                                    "-p",     absl::StrCat(load.port),
                                    "-U",     "postgres"};
  if (load.connections == 1) words.insert(words.end(), {"-l", "--log-prefix=" + logs + "/each"});
  words.emplace_back("postgres");
  const auto run = RunProcess({.words = words, .keep_output = true});
  if (!run.ok()) return run.status();
  LoadResult result{.per_second = NumberAfter(run->output, "tps = "),
                    .p50_seconds = NumberAfter(run->output, "latency average = ") * 1e-3};
  const std::vector<double> each = LoggedSeconds(logs);
  if (!each.empty()) result.p50_seconds = Median(each);
  return result;
}

absl::Status RunSql(uint16_t port, const std::string& statements, const std::string& folder) {
  const auto program = FindProgram("psql", "postgresql-client-15");
  if (!program.ok()) return program.status();
  const auto file = Write(folder + "/statements.sql", statements);
  return RunProcess({.words = {*program, "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", absl::StrCat(port),
                               "-U", "postgres", "-f", *file, "postgres"}})
      .status();
}

}  // namespace setpoint::tools
