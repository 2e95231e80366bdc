// The whole server: builds every object around an open store, in order, and owns them all.
//
//   auto app = App::Create(std::move(database), options);
//   printf("listening on %s\n", (*app)->Url().c_str());
//   (*app)->Run();                        // until Stop, SIGINT or SIGTERM
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/http/router.h"
#include "server/server_options.h"
#include "server/settings/reloader.h"
#include "storage/projections/database.h"

namespace setpoint::server {

enum class SignalHandling { kStopOnSignals, kNone };

class App {
 public:
  virtual ~App() = default;

  // Binds the port and starts following. Connections are answered from Run on. `database` is open for writing, and
  // nobody else writes to it. `load` gives the settings again for Reload. Errors: those of FollowedSources and
  // Listener::Bind.
  static absl::StatusOr<std::unique_ptr<App>> Create(std::unique_ptr<storage::Database> database,
                                                     const ServerOptions& options, SettingsLoader load = nullptr);

  // Serves until it is stopped: watchers get a last line, requests at hand are answered, the writer finishes its entry.
  virtual void Run(SignalHandling signals) = 0;

  // Any thread, any number of times.
  virtual void Stop() = 0;

  // What SIGHUP does: loads the settings again. Any thread; blocks on the disk.
  virtual void Reload() = 0;

  // What it answers.
  virtual const Router& router() const = 0;

  // "http://127.0.0.1:7117", with the port that is really taken.
  virtual std::string Url() const = 0;
};

}  // namespace setpoint::server
