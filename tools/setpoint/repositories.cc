#include <memory>

#include "query/repositories.h"
#include "query/store_json.h"
#include "query/time_text.h"
#include "storage/base/concat.h"
#include "tools/setpoint/data_directory.h"
#include "tools/setpoint/read_flags.h"
#include "tools/setpoint/table.h"
#include "tools/setpoint/verbs.h"

namespace setpoint::tools {
namespace {

constexpr char kExamples[] =
    R"help(Examples:
  setpoint repositories
  setpoint repositories -o name)help";

absl::Status RunRepositories(const ReadFlags& flags) {
  auto database = OpenForReading(flags.data);
  if (!database.ok()) return database.status();
  auto items = query::ListRepositories(query::View(**database));
  if (!items.ok()) return items.status();
  const OutputFormat format = OutputFormatOf(flags.output);
  Table table({{"NAME"}, {"DEFAULT BRANCH"}, {"REVISION", Alignment::kRight}, {"OBSERVED"}, {"SOURCE"}});
  JsonLines lines;
  for (const query::RepositoryItem& item : *items) {
    query::JsonWriter json;
    query::WriteRepository(item, json);
    lines.Add(json.text());
    table.AddRow({item.settings.name, item.default_timeline ? item.default_timeline->ref : "",
                  item.last.IsNone() ? "" : storage::Concat("r", item.last.value),
                  item.observed ? query::FormatTime(*item.observed) : "", item.settings.source});
    if (format == OutputFormat::kName) Print(storage::Concat(item.settings.name, "\n"));
  }
  if (format == OutputFormat::kName) return absl::OkStatus();
  if (format != OutputFormat::kTable) return PrintDocument(lines.Take(), format);
  table.Print(stdout);
  return absl::OkStatus();
}

}  // namespace

void AddRepositories(CLI::App& app, Context& context) {
  // Shared with the callback, which outlives this call.
  const auto flags = std::make_shared<ReadFlags>();
  CLI::App* verb = app.add_subcommand("repositories", "Show the repositories that the store follows");
  AddDataFlag(*verb, flags->data);
  AddOutputFlag(*verb, OutputForms::kCommon, flags->output);
  verb->footer(kExamples);
  verb->callback([flags, &context] { Finish(RunRepositories(*flags), context); });
}

}  // namespace setpoint::tools
