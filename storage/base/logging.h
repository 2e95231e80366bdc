// What the program says of itself to its operator: lines on standard error, each with time, level, the folder that
// speaks, a sentence, and fields (log_line.h). A folder that logs has one Logger of its own, made at its first use:
//     const Logger& Log() { static const Logger logger("storage/engine"); return logger; }
//     Log().Warning("cannot read the refs", {{"repository", name}, {"failures", count}});
// Log where a failure is handled, not where it passes. Never a secret. Any thread may log.
#pragma once

#include <memory>
#include <string_view>

#include "storage/base/log_line.h"

namespace setpoint::storage {

enum class LogLevel { kDebug, kInfo, kWarning, kError, kOff };

class Logger {
 public:
  // `name` is the folder.
  explicit Logger(std::string_view name);
  ~Logger();
  Logger(const Logger&) = delete;
  Logger& operator=(const Logger&) = delete;

  void Debug(std::string_view message, LogFields fields = {}) const { Write(LogLevel::kDebug, message, fields); }
  void Info(std::string_view message, LogFields fields = {}) const { Write(LogLevel::kInfo, message, fields); }
  void Warning(std::string_view message, LogFields fields = {}) const { Write(LogLevel::kWarning, message, fields); }
  void Error(std::string_view message, LogFields fields = {}) const { Write(LogLevel::kError, message, fields); }
  // At a level that is chosen at run time; nothing at kOff.
  void Write(LogLevel level, std::string_view message, LogFields fields = {}) const;

  // Whether a line of that level is written at all: spares whoever would gather much for it.
  static bool Writes(LogLevel level);

 private:
  class Impl;

  std::unique_ptr<Impl> impl_;
};

// While it lives, every line of this thread ends with the field: which request the work at hand is for. Scopes nest.
class LogScope {
 public:
  explicit LogScope(const LogField& field);
  ~LogScope();
  LogScope(const LogScope&) = delete;
  LogScope& operator=(const LogScope&) = delete;

 private:
  const LogField field_;
};

// Lines below `level` are dropped, for all loggers. The default is kWarning: a command line stays quiet.
void SetLogLevel(LogLevel level);

// For all loggers. The default is kText.
void SetLogFormat(LogFormat format);

}  // namespace setpoint::storage
