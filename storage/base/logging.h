// What the program says of itself to its operator: lines on standard error, each with time, level and the folder that
// speaks. A folder that logs has one Logger of its own, made at its first use:
//     const Logger& Log() { static const Logger logger("storage/engine"); return logger; }
// Log where a failure is handled, not where it passes. Any thread may log.
#pragma once

#include <memory>
#include <string_view>

namespace setpoint::storage {

enum class LogLevel { kDebug, kInfo, kWarning, kError, kOff };

class Logger {
 public:
  // `name` is the folder.
  explicit Logger(std::string_view name);
  ~Logger();
  Logger(const Logger&) = delete;
  Logger& operator=(const Logger&) = delete;

  void Debug(std::string_view message) const;
  void Info(std::string_view message) const;
  void Warning(std::string_view message) const;
  void Error(std::string_view message) const;

 private:
  class Impl;
  void Write(LogLevel level, std::string_view message) const;

  std::unique_ptr<Impl> impl_;
};

// Lines below `level` are dropped, for all loggers. The default is kWarning: a command line stays quiet.
void SetLogLevel(LogLevel level);

}  // namespace setpoint::storage
