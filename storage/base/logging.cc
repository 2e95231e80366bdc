#include "storage/base/logging.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <string>
#include <vector>

#include "absl/time/clock.h"

namespace setpoint::storage {
namespace {

std::atomic<LogLevel> level_min = LogLevel::kWarning;
std::atomic<LogFormat> format_now = LogFormat::kText;
thread_local std::vector<LogField> scope_fields;

std::string_view NameOf(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    default:
      return "error";
  }
}

}  // namespace

class Logger::Impl {
 public:
  explicit Impl(std::string_view name)
      : room_(name), logger_(room_, std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    logger_.set_pattern("%v");
    logger_.set_level(spdlog::level::trace);
    logger_.flush_on(spdlog::level::trace);
  }

  const std::string& room() const { return room_; }
  spdlog::logger& logger() { return logger_; }

 private:
  const std::string room_;
  spdlog::logger logger_;
};

Logger::Logger(std::string_view name) : impl_(std::make_unique<Impl>(name)) {}
Logger::~Logger() = default;

bool Logger::Writes(LogLevel level) {
  return level != LogLevel::kOff && level >= level_min.load(std::memory_order_relaxed);
}

void Logger::Write(LogLevel level, std::string_view message, LogFields fields) const {
  if (!Writes(level)) return;
  LogRecord record;
  record.microseconds = absl::GetCurrentTimeNanos() / 1'000;
  record.level = NameOf(level);
  record.room = impl_->room();
  record.message = message;
  record.fields = std::span<const LogField>(fields.begin(), fields.size());
  record.scope = scope_fields;
  const std::string line = LogLine(format_now.load(std::memory_order_relaxed), record);
  // The level was looked at above, and the line names it.
  impl_->logger().log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
}

LogScope::LogScope(const LogField& field) : field_(field) { scope_fields.push_back(field_); }
LogScope::~LogScope() { scope_fields.pop_back(); }

void SetLogLevel(LogLevel level) { level_min.store(level, std::memory_order_relaxed); }
void SetLogFormat(LogFormat format) { format_now.store(format, std::memory_order_relaxed); }

}  // namespace setpoint::storage
