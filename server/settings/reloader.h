// Reads the settings again while the server runs (SIGHUP), and hands over what can change. Thread-safe.
#pragma once

#include <functional>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "server/server_options.h"
#include "server/settings/settings_change.h"
#include "storage/base/logging.h"

namespace setpoint::server {

// Where settings come from: a file, and whatever stands above it. May block on the disk.
using SettingsLoader = std::function<absl::StatusOr<ServerOptions>()>;

class Reloader {
 public:
  using Apply = std::function<void(const ServerOptions& fresh, const SettingsChange& change)>;

  // `apply` is given the settings that hold from now on, one call at a time. `load` may be null: nothing to reload.
  Reloader(ServerOptions current, SettingsLoader load, Apply apply);

  // Loads, applies and says in the log what changed and what waits for a restart. What cannot be loaded changes
  // nothing; the log says why. Blocks on the disk.
  void Reload();

 private:
  const SettingsLoader load_;
  const Apply apply_;
  absl::Mutex mutex_;
  ServerOptions current_ ABSL_GUARDED_BY(mutex_);
};

// "debug", "info", "warning", "error" or "off" as a level.
storage::LogLevel LogLevelOf(std::string_view word);
// The level and the format, for every logger.
void ApplyLogOptions(const LogOptions& options);

}  // namespace setpoint::server
