#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "query/watch_cursor.h"
#include "query/watcher.h"
#include "storage/base/clock.h"
#include "storage/base/concat.h"
#include "storage/base/random.h"
#include "tools/setpoint/acknowledger.h"
#include "tools/setpoint/cursor_file.h"
#include "tools/setpoint/interruption.h"
#include "tools/setpoint/read_flags.h"
#include "tools/setpoint/reconciler.h"
#include "tools/setpoint/selector_flags.h"
#include "tools/setpoint/verbs.h"
#include "tools/setpoint/watch_client.h"
#include "tools/setpoint/watch_store.h"

namespace setpoint::tools {
namespace {

struct WatchFlags {
  ReadFlags read;
  SelectorFlags selector;
  std::string from;
  std::vector<std::string> refs;
  bool snapshot = false;
  uint64_t count = 0;

  std::string exec;
  std::string exec_batch;
  std::string cursor_file;
  std::string consumer;
  uint64_t retries = ReconcilerOptions().retries;
  double retry_pause_seconds = 1;
  double timeout_seconds = 300;
  bool decode_failed = false;

  bool HasCommand() const { return !exec.empty() || !exec_batch.empty(); }
};

constexpr char kExamples[] =
    R"help(One JSON object a line. Each has a `cursor`: give it to --from, and the stream goes on right after that line.
With a server it connects again after every break, and resumes.

--exec runs a command for each change, with the object on its standard input; --exec-batch for each commit as a whole,
with one object a line. The environment says what it is about: SETPOINT_TYPE, _CURSOR, _REVISION, _COMMIT, _REF,
_REPOSITORY, _AUTHOR, of a change also _OPERATION, _KEY, _MOVED_FROM, _FORMAT, _KIND, _NAMESPACE, _NAME and _PATH.
The cursor goes to --cursor-file when the command has succeeded, and the next start resumes there: every change at least
once, none skipped. A command that goes on failing ends the watch with exit code 1. For a file that does not decode
nothing is run. A snapshot (--snapshot) is taken where there is no cursor yet; to --exec-batch it is one batch of
SETPOINT_TYPE=snapshot: all there is, so that what is not in it can go. Secrets are digests unless --show-secrets asks for
them.

Examples:
  setpoint watch --server http://127.0.0.1:7117     what a server follows, from now on
  setpoint watch --from start --kind Deployment     every change of a Deployment there ever was, then what comes
  setpoint watch --from r123.4                      after the fourth change of revision 123
  setpoint watch --snapshot --path clusters/prod/   the state first, then its changes
  setpoint watch --ref main --ref release --count 10
  setpoint watch --cursor-file web.cursor --exec 'jq -r .key >> changed'
  setpoint watch --snapshot --cursor-file prod.cursor --path clusters/prod/ --exec-batch ./apply-to-prod)help";

bool Interrupted() { return Interruption::Requested(); }

std::chrono::milliseconds Milliseconds(double seconds) {
  return std::chrono::milliseconds(static_cast<int64_t>(seconds * 1000));
}

// Prints lines until there were as many as asked for; bookmarks and marks do not count.
class LinePrinter final : public WatchSink {
 public:
  explicit LinePrinter(uint64_t count) : left_(count), counts_(count > 0) {}

  absl::StatusOr<Next> Take(const WatchLine& line) override {
    std::fwrite(line.text.data(), 1, line.text.size(), stdout);
    std::fputc('\n', stdout);
    if (counts_ && line.IsEvent()) --left_;
    const bool written = std::fflush(stdout) == 0;  // Whoever reads the pipe is waiting for this line.
    return written && !(counts_ && left_ == 0) ? Next::kGoOn : Next::kEnough;
  }

 private:
  uint64_t left_;
  bool counts_;
};

// Where the stream begins: where the cursor file says, else where the flags do.
struct Start {
  std::string from;
  bool snapshot = false;
};

absl::Status WatchLocally(const WatchFlags& flags, const Start& start, WatchSink& sink) {
  if (!flags.consumer.empty()) {
    return absl::InvalidArgumentError("--consumer names the watch to a server; name one with --server");
  }
  auto selector = SelectorOf(flags.selector);
  if (!selector.ok()) return selector.status();
  query::WatchOptions options;
  options.refs = {.repository = flags.read.repository, .refs = flags.refs};
  options.environment = flags.read.environment;
  options.from = start.from;
  options.snapshot = start.snapshot;
  if (flags.read.show_secrets) options.disclosure.secrets = query::Secrets::kShown;
  options.selector = *std::move(selector);
  options.now = storage::SystemClock().NowSeconds();
  const Bookmarks bookmarks = flags.HasCommand() ? Bookmarks::kWhenCaughtUp : Bookmarks::kNone;
  return WatchStore(flags.read.data, std::move(options), bookmarks, sink, Interrupted);
}

absl::Status WatchThrough(HttpClientOptions server, const WatchFlags& flags, const Start& start, WatchSink& sink) {
  WatchRequest request{.server = std::move(server), .from = start.from, .snapshot = start.snapshot};
  const auto add = [&request](const char* name, const std::string& value) {
    if (!value.empty()) request.parameters.emplace_back(name, value);
  };
  add("repo", flags.read.repository);
  if (flags.read.show_secrets) add("show_secrets", "true");
  for (const std::string& ref : flags.refs) add("ref", ref);
  add("environment", flags.read.environment);
  add("consumer", flags.consumer);
  AddSelectorParameters(flags.selector, request.parameters);
  return WatchServer(std::move(request), sink, storage::SystemRandom(), Interrupted);
}

absl::Status WatchInto(const WatchFlags& flags, const Start& start, WatchSink& sink) {
  auto server = ServerOf(flags.read.server, flags.read.data);
  if (!server.ok()) return server.status();
  if (server->has_value()) return WatchThrough(**std::move(server), flags, start, sink);
  return WatchLocally(flags, start, sink);
}

// Who tells the server how far the consumer is; null where it has no name, or there is no server.
absl::StatusOr<std::unique_ptr<Acknowledger>> AcknowledgerOf(const WatchFlags& flags) {
  if (flags.consumer.empty()) return nullptr;
  auto server = ServerOf(flags.read.server, flags.read.data);
  if (!server.ok()) return server.status();
  if (!server->has_value()) return nullptr;
  return Acknowledger::Create(**std::move(server), flags.consumer);
}

absl::Status CheckCommandFlags(const WatchFlags& flags) {
  if (!flags.HasCommand() && !flags.cursor_file.empty()) {
    return absl::InvalidArgumentError("--cursor-file goes with --exec or --exec-batch");
  }
  const auto cursor = query::WatchCursor::Parse(flags.from);
  if (!flags.exec_batch.empty() && cursor && !cursor->IsWhole()) {
    return absl::InvalidArgumentError(storage::Concat("--from ", flags.from,
                                                      " is inside a commit, and --exec-batch takes commits as a "
                                                      "whole; begin at r",
                                                      cursor->revision.value, " or before it"));
  }
  return absl::OkStatus();
}

absl::Status Reconcile(const WatchFlags& flags) {
  std::unique_ptr<CursorFile> cursor_file;
  Start start{flags.from, flags.snapshot};
  if (!flags.cursor_file.empty()) {
    auto opened = CursorFile::Open(flags.cursor_file, Interrupted);
    if (!opened.ok()) return opened.status();
    cursor_file = *std::move(opened);
    if (!cursor_file->cursor().empty()) start = {cursor_file->cursor(), false};
  }
  const auto cursor = query::WatchCursor::Parse(start.from);
  if (!flags.exec_batch.empty() && cursor && !cursor->IsWhole()) {
    return absl::FailedPreconditionError(
        storage::Concat(flags.cursor_file, " holds ", start.from,
                        ", which is inside a commit, and --exec-batch takes commits as a whole; finish it with "
                        "--exec, or write the revision before it there"));
  }
  auto acknowledger = AcknowledgerOf(flags);
  if (!acknowledger.ok()) return acknowledger.status();
  ReconcilerOptions options;
  options.command = flags.exec.empty() ? flags.exec_batch : flags.exec;
  options.unit = flags.exec.empty() ? ReconcilerOptions::Unit::kCommit : ReconcilerOptions::Unit::kChange;
  if (flags.decode_failed) options.decode_failed = ReconcilerOptions::DecodeFailed::kRun;
  options.cursor_file = cursor_file.get();
  options.retries = flags.retries;
  options.retry_first = Milliseconds(flags.retry_pause_seconds);
  options.time_max = Milliseconds(flags.timeout_seconds);
  options.count = flags.count;
  options.signal = Interruption::Signal;
  if (*acknowledger != nullptr) {
    options.acknowledge = [&told = **acknowledger](std::string_view done) { told.Acknowledge(done); };
  }
  Reconciler reconciler(std::move(options), storage::SystemRandom());
  const absl::Status status = WatchInto(flags, start, reconciler);
  const absl::Status kept = reconciler.Finish();
  if (*acknowledger != nullptr) (*acknowledger)->Flush();
  return status.ok() || absl::IsCancelled(status) ? (kept.ok() ? status : kept) : status;
}

absl::Status RunWatch(const WatchFlags& flags) {
  const Interruption interruption;
  absl::Status status = CheckCommandFlags(flags);
  if (!status.ok()) return status;
  if (flags.HasCommand()) {
    status = Reconcile(flags);
  } else {
    LinePrinter printer(flags.count);
    status = WatchInto(flags, {flags.from, flags.snapshot}, printer);
  }
  // Ctrl-C is how a watch ends.
  return absl::IsCancelled(status) ? absl::OkStatus() : status;
}

void AddCommandFlags(CLI::App& verb, WatchFlags& flags) {
  CLI::Option* exec =
      verb.add_option("--exec", flags.exec, "Run this for each change, with the object on standard input")
          ->type_name("COMMAND");
  verb.add_option("--exec-batch", flags.exec_batch, "Run this for each commit, with its objects, one a line")
      ->type_name("COMMAND")
      ->excludes(exec);
  verb.add_option("--cursor-file", flags.cursor_file, "Resume there, and keep there what the command has done")
      ->type_name("FILE");
  verb.add_option("--retries", flags.retries,
                  "Try a command that fails again so often, ever more slowly; then end with 1")
      ->type_name("N")
      ->capture_default_str();
  verb.add_option("--retry-pause", flags.retry_pause_seconds, "The first pause before that; it doubles up to a minute")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.0, 60.0))
      ->capture_default_str();
  verb.add_option("--exec-timeout", flags.timeout_seconds, "Stop a command that takes longer; it has failed. 0: never")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.0, 86'400.0))
      ->capture_default_str();
  verb.add_flag("--exec-decode-failed", flags.decode_failed, "Run the command for files that do not decode, too");
}

}  // namespace

void AddWatch(CLI::App& app, Context& context) {
  // Shared with the callback, which outlives this call.
  const auto flags = std::make_shared<WatchFlags>();
  CLI::App* verb = app.add_subcommand("watch", "Stream changes as they come, one JSON object a line, or run a command");
  AddRepositoryFlags(*verb, flags->read);
  verb->add_option("--from", flags->from, "Where to begin, exclusive: start, now, a cursor (r123, r123.4), a POSITION")
      ->type_name("CURSOR");
  verb->add_option("--ref", flags->refs, "Which owned refs; '*' is all of them; default: the default branch")
      ->type_name("REF")
      ->allow_extra_args(false);
  AddEnvironmentFlag(*verb, flags->read);
  verb->add_flag("--snapshot", flags->snapshot, "Send the state there first");
  verb->add_option("--count", flags->count, "End after so many events, or commands; 0 is never")->type_name("N");
  AddSelectorFlags(*verb, flags->selector);
  AddCommandFlags(*verb, *flags);
  verb->add_option("--consumer", flags->consumer,
                   "Who watches: the server shows its lag, and with --exec how far it is")
      ->type_name("NAME");
  verb->footer(kExamples);
  verb->callback([flags, &context] { Finish(RunWatch(*flags), context); });
}

}  // namespace setpoint::tools
