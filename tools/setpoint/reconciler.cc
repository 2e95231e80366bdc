#include "tools/setpoint/reconciler.h"

#include <algorithm>
#include <array>
#include <thread>
#include <utility>

#include "query/watch_cursor.h"
#include "storage/base/concat.h"
#include "tools/setpoint/back_off.h"
#include "tools/setpoint/context.h"
#include "tools/setpoint/json_text.h"

namespace setpoint::tools {
namespace {

using std::chrono::milliseconds;
using Unit = ReconcilerOptions::Unit;

constexpr milliseconds kLookInterval{100};
// The kernel refuses a program with a longer variable than 128 KiB: what is longer is in the JSON only.
constexpr size_t kVariableBytesMax = size_t{32} << 10;

// Every name that may be set, so that none is inherited from a watch further out.
constexpr std::array<std::string_view, 17> kNames = {
    "SETPOINT_TYPE",    "SETPOINT_CURSOR", "SETPOINT_REVISION",  "SETPOINT_REPOSITORY", "SETPOINT_REF",
    "SETPOINT_COMMIT",  "SETPOINT_AUTHOR", "SETPOINT_OPERATION", "SETPOINT_KEY",        "SETPOINT_MOVED_FROM",
    "SETPOINT_FORMAT",  "SETPOINT_KIND",   "SETPOINT_NAMESPACE", "SETPOINT_NAME",       "SETPOINT_PATH",
    "SETPOINT_CHANGES", "SETPOINT_ATTEMPT"};

std::vector<std::string> AllNames() { return {kNames.begin(), kNames.end()}; }

void Set(std::string_view name, std::string value, std::vector<std::string>& environment) {
  if (value.empty() || value.size() > kVariableBytesMax) return;
  std::replace(value.begin(), value.end(), '\0', '?');
  environment.push_back(storage::Concat(name, "=", value));
}

// What a commit's events have in common.
std::vector<std::string> EnvironmentOfEntry(const query::JsonValue& event) {
  std::vector<std::string> environment;
  Set("SETPOINT_REVISION", TextOf(event, "revision"), environment);
  Set("SETPOINT_REPOSITORY", TextOf(event, "repository"), environment);
  Set("SETPOINT_REF", TextOf(event, "ref"), environment);
  if (const query::JsonValue* commit = event.Find("commit")) {
    Set("SETPOINT_COMMIT", TextOf(*commit, "id"), environment);
    Set("SETPOINT_AUTHOR", TextOf(*commit, "author"), environment);
  }
  return environment;
}

std::vector<std::string> EnvironmentOfChange(const WatchLine& line, const query::JsonValue& event) {
  std::vector<std::string> environment = EnvironmentOfEntry(event);
  const std::string operation = TextOf(event, "operation");
  Set("SETPOINT_TYPE", line.type, environment);
  Set("SETPOINT_CURSOR", line.cursor, environment);
  Set("SETPOINT_OPERATION", operation.empty() ? line.type : operation, environment);
  Set("SETPOINT_KEY", TextOf(event, "key"), environment);
  Set("SETPOINT_MOVED_FROM", TextOf(event, "moved_from"), environment);
  Set("SETPOINT_FORMAT", TextOf(event, "format"), environment);
  Set("SETPOINT_KIND", TextOf(event, "kind"), environment);
  Set("SETPOINT_NAMESPACE", TextOf(event, "namespace"), environment);
  Set("SETPOINT_NAME", TextOf(event, "name"), environment);
  Set("SETPOINT_PATH", TextOf(event, "path"), environment);
  return environment;
}

// After all of an entry, whichever of its events this watch was told.
std::string WholeCursor(std::string_view cursor) {
  const auto parsed = query::WatchCursor::Parse(cursor);
  return parsed ? query::WatchCursor{parsed->revision}.Text() : std::string(cursor);
}

}  // namespace

absl::StatusOr<WatchSink::Next> Reconciler::Take(const WatchLine& line) {
  if (!line.IsEvent()) return TakeMark(line);
  const auto event = query::ParseJson(line.text);
  if (!event.ok())
    return absl::DataLossError(storage::Concat("a line of the stream is no JSON: ", line.text.substr(0, 200)));
  return options_.unit == Unit::kCommit ? TakeIntoBatch(line, *event) : TakeAlone(line, *event);
}

void Reconciler::SnapshotBeginsAgain() {
  in_batch_ = false;
  in_snapshot_ = false;
}

bool Reconciler::IsSkipped(const query::JsonValue& event) const {
  return options_.decode_failed == ReconcilerOptions::DecodeFailed::kSkip &&
         TextOf(event, "operation") == "decode_failed";
}

absl::StatusOr<WatchSink::Next> Reconciler::TakeAlone(const WatchLine& line, const query::JsonValue& event) {
  const bool is_resource = line.type == "change" || line.type == "state";
  if (!is_resource || IsSkipped(event)) {
    passed_ = line.cursor;
    return Next::kGoOn;
  }
  absl::Status status = input_.Clear();
  if (status.ok()) status = input_.Append(storage::Concat(line.text, "\n"));
  if (!status.ok()) return status;
  const std::string place = line.cursor.empty() ? "the snapshot" : line.cursor;
  return RunUntilDone(EnvironmentOfChange(line, event), storage::Concat(TextOf(event, "key"), " (", place, ")"),
                      line.cursor);
}

absl::StatusOr<WatchSink::Next> Reconciler::TakeIntoBatch(const WatchLine& line, const query::JsonValue& event) {
  if (line.type != "state" && event.Find("last") == nullptr) return Next::kGoOn;  // Of no entry.
  if (!std::exchange(in_batch_, true)) {
    if (absl::Status status = input_.Clear(); !status.ok()) return status;
    batch_changes_ = 0;
    in_snapshot_ = line.type == "state";
    batch_environment_ = in_snapshot_ ? std::vector<std::string>() : EnvironmentOfEntry(event);
    Set("SETPOINT_TYPE", in_snapshot_ ? "snapshot" : line.type == "change" ? "commit" : line.type, batch_environment_);
  }
  if (!IsSkipped(event)) {
    if (absl::Status status = input_.Append(storage::Concat(line.text, "\n")); !status.ok()) return status;
    if (line.type == "change" || line.type == "state") ++batch_changes_;
  }
  if (!line.last) return Next::kGoOn;
  in_batch_ = false;
  const std::string cursor = WholeCursor(line.cursor);
  if (batch_changes_ > 0) return RunBatch(cursor);
  passed_ = cursor;  // A reset that changes nothing here, or broken files only.
  return Next::kGoOn;
}

absl::StatusOr<WatchSink::Next> Reconciler::RunBatch(std::string_view cursor) {
  std::vector<std::string> environment = batch_environment_;
  Set("SETPOINT_CURSOR", std::string(cursor), environment);
  Set("SETPOINT_CHANGES", std::to_string(batch_changes_), environment);
  return RunUntilDone(std::move(environment), std::string(cursor), cursor);
}

absl::StatusOr<WatchSink::Next> Reconciler::TakeMark(const WatchLine& line) {
  if (line.type == "synced" && options_.unit == Unit::kCommit) {
    // Also where nothing is declared: then nothing is what is to be there.
    if (!in_batch_) {
      if (absl::Status status = input_.Clear(); !status.ok()) return status;
      batch_changes_ = 0;
      batch_environment_ = {"SETPOINT_TYPE=snapshot"};
    }
    in_batch_ = false;
    Set("SETPOINT_REVISION", WholeCursor(line.cursor).substr(1), batch_environment_);
    return RunBatch(line.cursor);
  }
  if (in_batch_ || line.cursor.empty()) return Next::kGoOn;
  if (absl::Status status = Keep(line.cursor); !status.ok()) return status;
  return Next::kGoOn;
}

absl::StatusOr<WatchSink::Next> Reconciler::RunUntilDone(std::vector<std::string> environment, const std::string& what,
                                                         std::string_view cursor) {
  BackOff back_off(options_.retry_first, options_.retry_max, random_);
  environment.emplace_back();
  for (uint64_t attempt = 1;; ++attempt) {
    auto input = input_.Rewound();
    if (!input.ok()) return input.status();
    environment.back() = storage::Concat("SETPOINT_ATTEMPT=", attempt);
    const int lock = options_.cursor_file == nullptr ? -1 : options_.cursor_file->lock();
    auto end = RunCommand({.text = options_.command,
                           .environment = environment,
                           .removed = AllNames(),
                           .input = *input,
                           .inherited = lock,
                           .time_max = options_.time_max},
                          options_.signal);
    if (!end.ok()) return end.status();
    if (end->succeeded) break;
    if (options_.signal() != 0) return absl::CancelledError("interrupted");
    if (attempt > options_.retries) {
      return absl::FailedPreconditionError(
          storage::Concat("the command failed for ", what, " at attempt ", attempt, " too: ", end->reason,
                          "; nothing was skipped: started again, the watch goes on with it"));
    }
    const milliseconds pause = back_off.Next();
    PrintNote(storage::Concat("the command failed for ", what, ": ", end->reason, "; attempt ", attempt + 1, " of ",
                              options_.retries + 1, " follows"));
    if (absl::Status status = PauseBeforeRetry(pause); !status.ok()) return status;
  }
  if (!cursor.empty()) {
    if (absl::Status status = Keep(cursor); !status.ok()) return status;
  }
  return ++runs_ == options_.count ? Next::kEnough : Next::kGoOn;
}

absl::Status Reconciler::PauseBeforeRetry(milliseconds pause) const {
  for (milliseconds slept{0}; slept < pause; slept += kLookInterval) {
    if (options_.signal() != 0) return absl::CancelledError("interrupted");
    std::this_thread::sleep_for(std::min(kLookInterval, pause - slept));
  }
  return absl::OkStatus();
}

absl::Status Reconciler::Keep(std::string_view cursor) {
  passed_.clear();
  if (options_.cursor_file != nullptr) {
    if (absl::Status status = options_.cursor_file->Save(cursor); !status.ok()) return status;
  }
  if (options_.acknowledge) options_.acknowledge(cursor);
  return absl::OkStatus();
}

absl::Status Reconciler::Finish() { return passed_.empty() ? absl::OkStatus() : Keep(passed_); }

}  // namespace setpoint::tools
