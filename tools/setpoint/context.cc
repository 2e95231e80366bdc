#include "tools/setpoint/context.h"

#include <cstdio>
#include <string>

#include "storage/base/concat.h"
#include "tools/setpoint/terminal.h"

namespace setpoint::tools {
namespace {

void PrintLine(std::string_view message) {
  const std::string line = storage::Concat("setpoint: ", Printable(message), "\n");
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace

void PrintError(std::string_view message) {
  std::fflush(stdout);
  PrintLine(message);
}

void PrintNote(std::string_view message) { PrintLine(message); }

ExitCode ExitCodeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return kDone;
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kOutOfRange:
      return kNotFoundOrFailed;
    case absl::StatusCode::kInvalidArgument:
      return kWrongUsage;
    case absl::StatusCode::kCancelled:
      return kInterrupted;
    default:
      return kStoreUnreachable;
  }
}

void Finish(const absl::Status& status, Context& context) {
  if (!status.ok()) PrintError(std::string(status.message()));
  context.exit_code = ExitCodeOf(status);
}

}  // namespace setpoint::tools
