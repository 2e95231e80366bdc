#include <memory>

#include "storage/base/concat.h"
#include "storage/ingest/rebuild.h"
#include "tools/setpoint/data_directory.h"
#include "tools/setpoint/progress_bar.h"
#include "tools/setpoint/verbs.h"

namespace setpoint::tools {
namespace {

constexpr char kExamples[] =
    R"help(Drops every index and derives it again from the log and the facts beside it. Nobody may write or read meanwhile. Where it
is interrupted, run it again.

Examples:
  setpoint rebuild
  setpoint rebuild --data /var/lib/setpoint)help";

absl::Status RunRebuild(const std::string& data) {
  auto store = OpenStoreForRebuild(data);
  if (!store.ok()) return store.status();
  ProgressBar bar("rebuilding");
  return storage::Rebuild(**store, bar.EntryProgress());
}

}  // namespace

void AddRebuild(CLI::App& app, Context& context) {
  // Shared with the callback, which outlives this call.
  const auto data = std::make_shared<std::string>();
  CLI::App* verb = app.add_subcommand("rebuild", "Derive every index again from the log");
  AddDataFlag(*verb, *data);
  verb->footer(kExamples);
  verb->callback([data, &context] { Finish(RunRebuild(*data), context); });
}

}  // namespace setpoint::tools
