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
  periodic_.Stop();
}

void Tidier::Start() {
  periodic_.Start(kFirstAfter, kEvery, [this] {
    const absl::Status status = storage::TidyLevels(store_, cancelled_);
    if (!status.ok()) Log().Warning(std::string(status.message()));
  });
}

}  // namespace setpoint::server
