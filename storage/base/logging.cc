#include "storage/base/logging.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <string>

namespace setpoint::storage {
namespace {

std::atomic<LogLevel> level_min = LogLevel::kWarning;

spdlog::level::level_enum SpdlogLevel(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
    case LogLevel::kOff:
      return spdlog::level::off;
  }
  return spdlog::level::off;
}

}  // namespace

class Logger::Impl {
 public:
  explicit Impl(std::string_view name) : logger_(std::string(name), std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    logger_.set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %n: %v");
    logger_.set_level(spdlog::level::trace);
    logger_.flush_on(spdlog::level::trace);
  }

  spdlog::logger& logger() { return logger_; }

 private:
  spdlog::logger logger_;
};

Logger::Logger(std::string_view name) : impl_(std::make_unique<Impl>(name)) {}
Logger::~Logger() = default;

void Logger::Write(LogLevel level, std::string_view message) const {
  if (level < level_min.load(std::memory_order_relaxed)) return;
  impl_->logger().log(SpdlogLevel(level), spdlog::string_view_t(message.data(), message.size()));
}

void Logger::Debug(std::string_view message) const { Write(LogLevel::kDebug, message); }
void Logger::Info(std::string_view message) const { Write(LogLevel::kInfo, message); }
void Logger::Warning(std::string_view message) const { Write(LogLevel::kWarning, message); }
void Logger::Error(std::string_view message) const { Write(LogLevel::kError, message); }

void SetLogLevel(LogLevel level) { level_min.store(level, std::memory_order_relaxed); }

}  // namespace setpoint::storage
