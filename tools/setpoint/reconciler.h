// The smallest possible reconciler: runs a command for each change of a stream, or for each commit as a whole, and
// keeps its cursor when the command has succeeded. At least once: whatever was not kept comes again at the next start,
// and nothing is skipped.
//
// A command gets the event on its standard input as one line of JSON (of a commit: each of its events, one a line), and
// the essentials as SETPOINT_… in its environment (tools/README.md lists them). A broken file is no news: for
// `decode_failed` nothing is run unless that is asked for.
// One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "query/json_value.h"
#include "storage/base/random.h"
#include "tools/setpoint/command.h"
#include "tools/setpoint/cursor_file.h"
#include "tools/setpoint/watch_line.h"

namespace setpoint::tools {

struct ReconcilerOptions {
  enum class Unit { kChange, kCommit };
  enum class DecodeFailed { kSkip, kRun };

  std::string command;
  Unit unit = Unit::kChange;
  DecodeFailed decode_failed = DecodeFailed::kSkip;
  CursorFile* cursor_file = nullptr;  // Null: the cursor is not kept. Outlives the reconciler.
  // A command that fails is tried again so often, after a pause that doubles; then the watch ends, kFailedPrecondition.
  uint64_t retries = 5;
  std::chrono::milliseconds retry_first{1'000};
  std::chrono::milliseconds retry_max{60'000};
  std::chrono::milliseconds time_max{300'000};  // Of one command; 0: no bound.
  uint64_t count = 0;                           // Enough after so many commands; 0: never.
  // Called with each cursor that was kept, or would have been: who else is to know. May be empty.
  std::function<void(std::string_view cursor)> acknowledge = nullptr;
  // A signal that the program got; 0: none.
  std::function<int()> signal;
};

class Reconciler : public WatchSink {
 public:
  // `random` must outlive it.
  Reconciler(ReconcilerOptions options, const storage::RandomSource& random)
      : options_(std::move(options)), random_(random) {}

  // kFailedPrecondition: the command went on failing; kCancelled: a signal came before it succeeded; kUnavailable: the
  // cursor cannot be kept, or no process be made.
  absl::StatusOr<Next> Take(const WatchLine& line) override;
  void SnapshotBeginsAgain() override;

  // At the end: keeps the cursor of what needed no command.
  absl::Status Finish();

 private:
  absl::StatusOr<Next> TakeAlone(const WatchLine& line, const query::JsonValue& event);
  absl::StatusOr<Next> TakeIntoBatch(const WatchLine& line, const query::JsonValue& event);
  absl::StatusOr<Next> TakeMark(const WatchLine& line);
  absl::StatusOr<Next> RunBatch(std::string_view cursor);
  bool IsSkipped(const query::JsonValue& event) const;

  // Runs the command on what `input_` holds, until it succeeds; then keeps the cursor, if there is one.
  absl::StatusOr<Next> RunUntilDone(std::vector<std::string> environment, const std::string& what,
                                    std::string_view cursor);
  absl::Status PauseBeforeRetry(std::chrono::milliseconds pause) const;
  absl::Status Keep(std::string_view cursor);

  const ReconcilerOptions options_;
  const storage::RandomSource& random_;
  CommandInput input_;
  // The commit that is being gathered.
  uint64_t batch_changes_ = 0;
  std::vector<std::string> batch_environment_;
  bool in_batch_ = false;
  bool in_snapshot_ = false;
  std::string passed_;  // Up to here nothing is left to do, but the cursor may not be kept yet.
  uint64_t runs_ = 0;
};

}  // namespace setpoint::tools
