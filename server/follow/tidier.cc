#include "server/follow/tidier.h"

#include <string>

#include "absl/time/time.h"
#include "storage/base/logging.h"
#include "storage/engine/tidy.h"

namespace setpoint::server {
namespace {

// After the start: whoever waits for the first answers goes first.
constexpr auto kFirstAfter = absl::Seconds(3);
// A look costs some properties of RocksDB.
constexpr auto kEvery = absl::Seconds(30);

const storage::Logger& Log() {
  static const storage::Logger logger("server/follow");
  return logger;
}

}  // namespace

Tidier::~Tidier() {
  cancelled_ = true;
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

void Tidier::Start() {
  thread_ = std::thread([this] { Loop(); });
}

void Tidier::Loop() {
  for (absl::Duration wait = kFirstAfter;; wait = kEvery) {
    {
      absl::MutexLock lock(&mutex_);
      if (mutex_.AwaitWithTimeout(absl::Condition(&stopping_), wait)) return;
    }
    const absl::Status status = storage::TidyLevels(store_, cancelled_);
    if (!status.ok()) Log().Warning(std::string(status.message()));
  }
}

}  // namespace setpoint::server
