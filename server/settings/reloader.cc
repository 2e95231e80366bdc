#include "server/settings/reloader.h"

#include <string_view>
#include <utility>

#include "absl/strings/str_join.h"
#include "storage/base/concat.h"
#include "storage/base/logging.h"

namespace setpoint::server {
namespace {

using storage::Concat;

const storage::Logger& Log() {
  static const storage::Logger logger("server/settings");
  return logger;
}

}  // namespace

Reloader::Reloader(ServerOptions current, SettingsLoader load, Apply apply)
    : load_(std::move(load)), apply_(std::move(apply)), current_(std::move(current)) {}

void Reloader::Reload() {
  absl::MutexLock lock(&mutex_);
  if (load_ == nullptr) return Log().Warning("nothing to reload: started without --config");
  absl::StatusOr<ServerOptions> fresh = load_();
  if (!fresh.ok()) {
    return Log().Error(Concat("the settings stay as they were: ", fresh.status().message()));
  }
  const SettingsChange change = TakeWhatCanChange(current_, *fresh);
  current_ = *std::move(fresh);
  apply_(current_, change);
  if (change.applied.empty() && change.at_restart.empty()) return Log().Info("reloaded; no setting has changed");
  if (!change.applied.empty()) Log().Info(Concat("reloaded: ", absl::StrJoin(change.applied, ", ")));
  if (change.at_restart.empty()) return;
  Log().Warning(Concat("changed, but only a restart makes it so: ", absl::StrJoin(change.at_restart, ", ")));
}

storage::LogLevel LogLevelOf(std::string_view word) {
  using storage::LogLevel;
  if (word == "debug") return LogLevel::kDebug;
  if (word == "warning") return LogLevel::kWarning;
  if (word == "error") return LogLevel::kError;
  return word == "off" ? LogLevel::kOff : LogLevel::kInfo;
}

void ApplyLogOptions(const LogOptions& options) {
  storage::SetLogFormat(options.format == "json" ? storage::LogFormat::kJson : storage::LogFormat::kText);
  storage::SetLogLevel(LogLevelOf(options.level));
}

}  // namespace setpoint::server
