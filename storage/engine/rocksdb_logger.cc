#include "storage/engine/rocksdb_logger.h"

#include <cstdarg>
#include <cstdio>

#include "storage/base/concat.h"
#include "storage/base/logging.h"

namespace setpoint::storage {
namespace {

const Logger& Log() {
  static const Logger logger("storage/engine");
  return logger;
}

class RocksDbLogger final : public rocksdb::Logger {
 public:
  RocksDbLogger() : rocksdb::Logger(rocksdb::InfoLogLevel::WARN_LEVEL) {}

  using rocksdb::Logger::Logv;
  void Logv(const rocksdb::InfoLogLevel level, const char* format, va_list arguments) override {
    if (level < rocksdb::InfoLogLevel::WARN_LEVEL || level == rocksdb::InfoLogLevel::HEADER_LEVEL) return;
    char text[1024];
    std::vsnprintf(text, sizeof text, format, arguments);
    if (level == rocksdb::InfoLogLevel::WARN_LEVEL) {
      // Of interest to whoever looks for a cause: RocksDB warns of much that is as it should be.
      Log().Info(Concat("RocksDB: ", text));
    } else {
      Log().Error(Concat("RocksDB: ", text));
    }
  }
};

}  // namespace

std::shared_ptr<rocksdb::Logger> MakeRocksDbLogger() { return std::make_shared<RocksDbLogger>(); }

}  // namespace setpoint::storage
