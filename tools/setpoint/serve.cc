#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/app.h"
#include "server/settings/settings_file.h"
#include "storage/base/concat.h"
#include "storage/projections/signature_keys.h"
#include "tools/setpoint/data_directory.h"
#include "tools/setpoint/source.h"
#include "tools/setpoint/verbs.h"

namespace setpoint::tools {
namespace {

// What stands on the command line stands above the settings file; nothing: as there.
struct ServeFlags {
  std::string data;
  std::string config;
  bool print_config = false;
  std::vector<std::string> sources;
  std::string name;
  std::string listen;
  int64_t poll_seconds = 0;
};

constexpr char kExamples[] =
    R"help(Examples:
  setpoint serve ~/src/gitops                       follow a repository; what the store knows already is followed too
  setpoint serve --listen 127.0.0.1:0               on any free port; it is printed
  setpoint serve --print-config > setpoint.toml     every setting, explained
  setpoint serve --config setpoint.toml             SIGHUP reads it again
  curl 'http://127.0.0.1:7117/v1/watch?from=start'  every change there ever was, then what comes
It serves on loopback only, and ends on Ctrl-C or SIGTERM: watchers get a last line with the cursor to resume after.)help";

// Files on this machine are kept by their whole path.
void NormalizePaths(server::FollowedRepository& repository) {
  repository.source = NormalizeSource(repository.source);
  if (!repository.signature_key_texts.has_value()) return;
  for (std::string& text : *repository.signature_key_texts) {
    auto key = *storage::ParseSignatureKeyFile(text);
    key.path = NormalizeSource(key.path);
    text = storage::SignatureKeyFileText(key);
  }
}

// The settings file, and what the command line says instead; without SOURCEs.
absl::StatusOr<server::ServerOptions> LoadSettings(const ServeFlags& flags) {
  server::ServerOptions options;
  if (!flags.config.empty()) {
    auto read = server::ReadSettingsFile(flags.config);
    if (!read.ok()) return absl::InvalidArgumentError(read.status().message());
    options = *std::move(read);
  }
  for (server::FollowedRepository& repository : options.sources) NormalizePaths(repository);
  if (!flags.data.empty()) options.data = flags.data;
  if (!flags.listen.empty()) options.listen = flags.listen;
  if (flags.poll_seconds > 0) options.ingest.poll_interval = std::chrono::seconds(flags.poll_seconds);
  return options;
}

absl::StatusOr<std::vector<server::FollowedRepository>> NamedSources(const storage::RowReader& rows,
                                                                     const ServeFlags& flags) {
  std::vector<server::FollowedRepository> named;
  for (const std::string& source : flags.sources) {
    auto settings = SettingsOf(rows, {.source = source, .name = flags.name, .owned = {}, .pointing = {}});
    if (!settings.ok()) return settings.status();
    named.emplace_back(*std::move(settings));
  }
  return named;
}

absl::Status RunServe(const ServeFlags& flags) {
  if (flags.print_config) {
    const std::string example = server::ExampleSettings();
    std::fwrite(example.data(), 1, example.size(), stdout);
    return absl::OkStatus();
  }
  if (!flags.name.empty() && flags.sources.size() != 1) {
    return absl::InvalidArgumentError("--name is for exactly one SOURCE");
  }
  // Nothing is made or opened as long as the file is wrong.
  auto options = LoadSettings(flags);
  if (!options.ok()) return options.status();
  auto database = OpenForWriting(options->data, storage::OpenMode::kCreateIfMissing);
  if (!database.ok()) return database.status();
  auto named = NamedSources(*(*database)->store, flags);
  if (!named.ok()) return named.status();
  const auto with_named = [sources = *std::move(named)](server::ServerOptions to) {
    to.sources.insert(to.sources.end(), sources.begin(), sources.end());
    return to;
  };
  const server::SettingsLoader load = [flags, with_named]() -> absl::StatusOr<server::ServerOptions> {
    auto loaded = LoadSettings(flags);
    if (!loaded.ok()) return loaded.status();
    return with_named(*std::move(loaded));
  };
  auto app =
      server::App::Create(*std::move(database), with_named(*std::move(options)), flags.config.empty() ? nullptr : load);
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
  verb->add_option("--config", flags->config, "Settings (TOML); what is given here stands above them")
      ->type_name("FILE");
  verb->add_flag("--print-config", flags->print_config, "Print a settings file with every key explained, and end");
  verb->add_option("--listen", flags->listen, "Where to listen; port 0 takes a free one (default: 127.0.0.1:7117)")
      ->type_name("ADDRESS");
  verb->add_option("--poll", flags->poll_seconds, "Look at every source at least this often (default: 30)")
      ->type_name("SECONDS")
      ->check(CLI::Range(1, 86'400));
  verb->footer(kExamples);
  verb->callback([flags, &context] { Finish(RunServe(*flags), context); });
}

}  // namespace setpoint::tools
