#include <memory>

#include "query/repository.h"
#include "query/store_json.h"
#include "storage/base/concat.h"
#include "storage/projections/timelines.h"
#include "tools/setpoint/data_directory.h"
#include "tools/setpoint/read_flags.h"
#include "tools/setpoint/table.h"
#include "tools/setpoint/verbs.h"

namespace setpoint::tools {
namespace {

struct TimelinesFlags {
  ReadFlags read;
  bool all = false;
};

constexpr char kExamples[] =
    R"help(Each owned ref has one timeline for ever; the commits of side branches stand on anonymous ones (~1, ~2 …), which --all
shows too. BASE is where a timeline forks.

Examples:
  setpoint timelines
  setpoint timelines --all --repo infra)help";

std::string ForkText(const query::View& view, const storage::Position& fork) {
  const auto timeline = view.catalog.timelines.Find(fork.timeline);
  return timeline ? storage::Concat(timeline->Label(), "@{r", fork.revision.value, "}") : "";
}

absl::Status RunTimelines(const TimelinesFlags& flags) {
  auto database = OpenForReading(flags.read.data);
  if (!database.ok()) return database.status();
  const query::View view(**database);
  auto repository = query::FindRepository(view, flags.read.repository);
  if (!repository.ok()) return repository.status();
  const OutputFormat format = OutputFormatOf(flags.read.output);
  Table table(
      {{"TIMELINE"}, {"FIRST", Alignment::kRight}, {"LAST", Alignment::kRight}, {"COMMIT"}, {"BASE"}, {"STATE"}});
  JsonLines lines;
  for (const storage::Timeline& each : view.catalog.timelines.All()) {
    if (each.repository != *repository || each.first > view.applied || (each.IsAnonymous() && !flags.all)) continue;
    query::JsonWriter json;
    query::WriteTimeline(view, each, json);
    lines.Add(json.text());
    table.AddRow({each.Label(),
                  storage::Concat("r", each.first.value),
                  storage::Concat("r", each.last.value),
                  each.tip.IsZero() ? "" : each.tip.Hex().substr(0, 10),
                  ForkText(view, each.base),
                  {each.deleted ? "gone" : "", Colour::kWarning}});
    if (format == OutputFormat::kName) Print(storage::Concat(each.Label(), "\n"));
  }
  if (format == OutputFormat::kName) return absl::OkStatus();
  if (format != OutputFormat::kTable) return PrintDocument(lines.Take(), format);
  table.Print(stdout);
  return absl::OkStatus();
}

}  // namespace

void AddTimelines(CLI::App& app, Context& context) {
  // Shared with the callback, which outlives this call.
  const auto flags = std::make_shared<TimelinesFlags>();
  CLI::App* verb = app.add_subcommand("timelines", "Show the timelines, and where each begins and stands");
  AddRepositoryFlags(*verb, flags->read);
  AddOutputFlag(*verb, OutputForms::kCommon, flags->read.output);
  verb->add_flag("--all", flags->all, "Anonymous timelines too");
  verb->footer(kExamples);
  verb->callback([flags, &context] { Finish(RunTimelines(*flags), context); });
}

}  // namespace setpoint::tools
