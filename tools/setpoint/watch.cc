#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "query/watcher.h"
#include "storage/base/clock.h"
#include "storage/log/meta.h"
#include "tools/setpoint/data_directory.h"
#include "tools/setpoint/interruption.h"
#include "tools/setpoint/read_flags.h"
#include "tools/setpoint/verbs.h"
#include "tools/setpoint/watch_client.h"

namespace setpoint::tools {
namespace {

struct WatchFlags {
  ReadFlags read;
  SelectorFlags selector;
  std::string server;
  std::string from;
  std::vector<std::string> refs;
  bool snapshot = false;
  uint64_t count = 0;
};

constexpr char kExamples[] =
    R"help(One JSON object a line. Each has a `cursor`: give it to --from, and the stream goes on right after that line.

Examples:
  setpoint watch --server http://127.0.0.1:7117     what a server follows, from now on
  setpoint watch --from start --kind Deployment     every change of a Deployment there ever was, then what comes
  setpoint watch --from r123.4                      after the fourth change of revision 123
  setpoint watch --snapshot --path clusters/prod/   the state first, then its changes
  setpoint watch --ref main --ref release --count 10)help";

// How often a store that another process writes is looked at.
constexpr std::chrono::milliseconds kLookInterval{500};

bool Interrupted() { return Interruption::Requested(); }

// Prints lines until there were as many as asked for; bookmarks and marks do not count.
class LinePrinter {
 public:
  explicit LinePrinter(uint64_t count) : left_(count), counts_(count > 0) {}

  // False: enough.
  bool Print(std::string_view line, bool is_event) {
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fputc('\n', stdout);
    if (counts_ && is_event) --left_;
    const bool written = std::fflush(stdout) == 0;  // Whoever reads the pipe is waiting for this line.
    return written && !(counts_ && left_ == 0);
  }

 private:
  uint64_t left_;
  bool counts_;
};

bool IsEvent(query::WatchEvent::Type type) {
  return type == query::WatchEvent::Type::kChange || type == query::WatchEvent::Type::kEntry ||
         type == query::WatchEvent::Type::kState;
}

// Waits until the store has something beyond `applied`. kCancelled where the user has enough.
absl::Status AwaitNews(const std::string& directory, storage::Revision applied) {
  while (!Interrupted()) {
    std::this_thread::sleep_for(kLookInterval);
    auto store = storage::Store::Open(directory, {.mode = storage::OpenMode::kReadOnly});
    if (!store.ok()) return store.status();
    const auto newest = storage::ReadApplied(**store);
    if (!newest.ok()) return newest.status();
    if (*newest > applied) return absl::OkStatus();
  }
  return absl::CancelledError("interrupted");
}

// A store that is opened for reading shows what it held then: it is opened again for what came since.
absl::Status WatchStore(const WatchFlags& flags) {
  auto selector = SelectorOf(flags.selector);
  if (!selector.ok()) return selector.status();
  query::WatchOptions options;
  options.refs = {.repository = flags.read.repository, .refs = flags.refs};
  options.from = flags.from;
  options.snapshot = flags.snapshot;
  options.selector = *std::move(selector);
  options.now = storage::SystemClock().NowSeconds();
  LinePrinter printer(flags.count);
  auto database = OpenForReading(flags.read.data);
  while (true) {
    if (!database.ok()) return database.status();
    auto watcher = query::Watcher::Open(**database, options);
    if (!watcher.ok()) return watcher.status();
    for (bool caught_up = false; !caught_up;) {
      auto batch = (*watcher)->Next({});
      if (!batch.ok()) return batch.status();
      for (const query::WatchEvent& event : batch->events) {
        if (!printer.Print(query::EncodeWatchEvent(event), IsEvent(event.type))) return absl::OkStatus();
      }
      if (batch->ended) return absl::OkStatus();
      if (Interrupted()) return absl::CancelledError("interrupted");
      caught_up = batch->caught_up;
    }
    options.from = (*watcher)->cursor().Text();
    options.snapshot = false;
    const storage::Revision applied = (*database)->catalog.applied();
    const std::string directory = (*database)->directory;
    if (absl::Status status = AwaitNews(directory, applied); !status.ok()) return status;
    watcher->reset();
    database = storage::Database::Open(directory, {.mode = storage::OpenMode::kReadOnly});
  }
}

absl::Status WatchThroughServer(const std::string& url, const WatchFlags& flags) {
  auto address = ParseServerUrl(url);
  if (!address.ok()) return address.status();
  WatchRequest request{.server = *std::move(address), .parameters = {}, .from = flags.from, .snapshot = flags.snapshot};
  const auto add = [&request](const char* name, const std::string& value) {
    if (!value.empty()) request.parameters.emplace_back(name, value);
  };
  add("repo", flags.read.repository);
  for (const std::string& ref : flags.refs) add("ref", ref);
  add("kind", flags.selector.kind);
  if (flags.selector.has_namespace) request.parameters.emplace_back("namespace", flags.selector.declared_namespace);
  add("name", flags.selector.name);
  add("path", flags.selector.path);
  add("format", flags.selector.format);
  add("label", flags.selector.label);
  for (const std::string& field : flags.selector.fields) add("field", field);
  LinePrinter printer(flags.count);
  const LineHandler print = [&printer](std::string_view line, std::string_view type) {
    const bool is_mark = type == "bookmark" || type == "synced" || type == "closed";
    return printer.Print(line, !is_mark);
  };
  return WatchServer(std::move(request), print, Interrupted);
}

absl::Status RunWatch(const WatchFlags& flags) {
  const Interruption interruption;
  std::string url = flags.server;
  if (const char* server = std::getenv("SETPOINT_SERVER");
      url.empty() && flags.read.data.empty() && server != nullptr) {
    url = server;
  }
  const absl::Status status = url.empty() ? WatchStore(flags) : WatchThroughServer(url, flags);
  // Ctrl-C is how a watch ends.
  return absl::IsCancelled(status) ? absl::OkStatus() : status;
}

}  // namespace

void AddWatch(CLI::App& app, Context& context) {
  // Shared with the callback, which outlives this call.
  const auto flags = std::make_shared<WatchFlags>();
  CLI::App* verb = app.add_subcommand("watch", "Stream changes as they come, one JSON object a line");
  AddRepositoryFlags(*verb, flags->read);
  verb->add_option("--server", flags->server, "A running server (default: $SETPOINT_SERVER)")
      ->type_name("URL")
      ->excludes("--data");
  verb->add_option("--from", flags->from, "Where to begin, exclusive: start, now, a cursor (r123, r123.4), a POSITION")
      ->type_name("CURSOR");
  verb->add_option("--ref", flags->refs, "Which owned refs; '*' is all of them; default: the default branch")
      ->type_name("REF")
      ->allow_extra_args(false);
  verb->add_flag("--snapshot", flags->snapshot, "Send the state there first");
  verb->add_option("--count", flags->count, "End after so many events; 0 is never")->type_name("N");
  AddSelectorFlags(*verb, flags->selector);
  verb->footer(kExamples);
  verb->callback([flags, &context] { Finish(RunWatch(*flags), context); });
}

}  // namespace setpoint::tools
