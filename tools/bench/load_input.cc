#include "tools/bench/load_input.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "tools/bench/loopback.h"
#include "tools/bench/process.h"

namespace setpoint::tools {

absl::StatusOr<LoadInput> PrepareLoadInput(const std::string& source, const std::string& folder,
                                           const std::string& scratch) {
  LoadInput input;
  input.scratch = scratch;
  input.program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "setpoint";
  input.repository = folder + "/source.git";
  input.store = folder + "/store";
  if (std::filesystem::exists(folder + "/whole")) return input;
  std::filesystem::create_directories(folder);
  auto run = RunProcess({.words = {"git", "clone", "-q", "--bare", "--single-branch", source, input.repository}});
  if (!run.ok()) return run.status();
  run = RunProcess({.words = {input.program, "ingest", "--data", input.store, "--name", "bench", input.repository}});
  if (!run.ok()) return run.status();
  std::ofstream(folder + "/whole") << source << '\n';
  return input;
}

absl::StatusOr<std::unique_ptr<Service>> LoadInput::StartUnready(uint16_t port) const {
  return Service::Start({program, "serve", "--data", store, "--listen", absl::StrCat("127.0.0.1:", port)}, port);
}

absl::StatusOr<std::unique_ptr<Service>> LoadInput::StartServer() const {
  const uint16_t port = FreePort();
  auto service = StartUnready(port);
  if (!service.ok()) return service;
  for (int i = 0; i < 60'000; ++i) {
    const auto ready = HttpGet(port, "/readyz");
    if (ready.ok() && ready->status == 200) return service;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return absl::UnavailableError("the server does not become ready");
}

BenchRow MissingPeer(const std::string& id, const std::string& what, const absl::Status& why) {
  BenchRow row;
  row.id = id;
  row.what = what;
  row.peer = std::string(why.message());
  return row;
}

}  // namespace setpoint::tools
