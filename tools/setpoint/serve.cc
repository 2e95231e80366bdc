#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/app.h"
#include "storage/base/concat.h"
#include "storage/base/logging.h"
#include "tools/setpoint/data_directory.h"
#include "tools/setpoint/source.h"
#include "tools/setpoint/verbs.h"

namespace setpoint::tools {
namespace {

struct ServeFlags {
  std::string data;
  std::vector<std::string> sources;
  std::string name;
  server::ServerOptions options;
  int64_t poll_seconds = 30;
};

constexpr char kExamples[] =
    R"help(Examples:
  setpoint serve ~/src/gitops                       follow a repository; what the store knows already is followed too
  setpoint serve --listen 127.0.0.1:0               on any free port; it is printed
  curl 'http://127.0.0.1:7117/v1/watch?from=start'  every change there ever was, then what comes
It serves on loopback only, and ends on Ctrl-C or SIGTERM: watchers get a last line with the cursor to resume after.)help";

absl::Status RunServe(const ServeFlags& flags) {
  storage::SetLogLevel(storage::LogLevel::kInfo);
  auto database = OpenForWriting(flags.data, storage::OpenMode::kCreateIfMissing);
  if (!database.ok()) return database.status();
  if (!flags.name.empty() && flags.sources.size() != 1) {
    return absl::InvalidArgumentError("--name is for exactly one SOURCE");
  }
  server::ServerOptions options = flags.options;
  for (const std::string& source : flags.sources) {
    auto settings =
        SettingsOf(*(*database)->store, {.source = source, .name = flags.name, .owned = {}, .pointing = {}});
    if (!settings.ok()) return settings.status();
    options.sources.push_back(*std::move(settings));
  }
  options.ingest.poll_interval = std::chrono::seconds(flags.poll_seconds);
  auto app = server::App::Create(*std::move(database), options);
  if (!app.ok()) return app.status();
  // One line, at once: scripts wait for it and read the port from it.
  const std::string line = storage::Concat("listening on ", (*app)->Url(), "\n");
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fflush(stdout);
  (*app)->Run(server::SignalHandling::kStopOnSignals);
  return absl::OkStatus();
}

}  // namespace

void AddServe(CLI::App& app, Context& context) {
  // Shared with the callback, which outlives this call.
  const auto flags = std::make_shared<ServeFlags>();
  CLI::App* verb = app.add_subcommand("serve", "Follow repositories, answer requests and stream changes");
  AddDataFlag(*verb, flags->data);
  verb->add_option("SOURCE", flags->sources, "Paths of repositories to follow besides those in the store");
  verb->add_option("--name", flags->name, "Under which name, where one SOURCE is given")->type_name("NAME");
  verb->add_option("--listen", flags->options.listen, "Where to listen; port 0 takes a free one")
      ->type_name("ADDRESS")
      ->capture_default_str();
  verb->add_option("--poll", flags->poll_seconds, "Look at every source at least this often")
      ->type_name("SECONDS")
      ->check(CLI::Range(1, 86'400))
      ->capture_default_str();
  verb->footer(kExamples);
  verb->callback([flags, &context] { Finish(RunServe(*flags), context); });
}

}  // namespace setpoint::tools
