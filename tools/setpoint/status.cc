#include <memory>

#include "query/status.h"
#include "query/store_json.h"
#include "query/time_text.h"
#include "storage/base/concat.h"
#include "tools/setpoint/data_directory.h"
#include "tools/setpoint/progress_bar.h"
#include "tools/setpoint/read_flags.h"
#include "tools/setpoint/table.h"
#include "tools/setpoint/verbs.h"

namespace setpoint::tools {
namespace {

constexpr char kExamples[] =
    R"help(Examples:
  setpoint status
  setpoint status -o json | jq .applied)help";

void PrintTable(const std::string& directory, const query::StoreStatus& status) {
  Table table({{"STORE"}, {directory}});
  table.AddRow({"newest revision", storage::Concat("r", status.applied.value)});
  table.AddRow({"timelines", Grouped(status.timelines)});
  table.AddRow({"paths ever", Grouped(status.paths)});
  table.AddRow({"resources ever", Grouped(status.resources)});
  table.AddRow({"bytes", Grouped(status.bytes)});
  for (const auto& [name, bytes] : status.family_bytes) {
    if (bytes != 0) table.AddRow({{storage::Concat("  ", name), Colour::kFaint}, {Grouped(bytes), Colour::kFaint}});
  }
  table.Print(stdout);
  Print("\n");
  Table repositories({{"REPOSITORY"},
                      {"DEFAULT BRANCH"},
                      {"OWNED", Alignment::kRight},
                      {"REVISION", Alignment::kRight},
                      {"OBSERVED"},
                      {"SOURCE"}});
  for (const query::RepositoryItem& item : status.repositories) {
    repositories.AddRow({item.settings.name, item.default_timeline ? item.default_timeline->ref : "",
                         Grouped(item.owned_refs), item.last.IsNone() ? "" : storage::Concat("r", item.last.value),
                         item.observed ? query::FormatTime(*item.observed) : "", item.settings.source});
  }
  repositories.Print(stdout);
}

absl::Status RunStatus(const ReadFlags& flags) {
  auto database = OpenForReading(flags.data);
  if (!database.ok()) return database.status();
  auto status = query::ReadStatus(**database);
  if (!status.ok()) return status.status();
  const OutputFormat format = OutputFormatOf(flags.output);
  if (format == OutputFormat::kTable) {
    PrintTable((*database)->directory, *status);
    return absl::OkStatus();
  }
  if (format == OutputFormat::kName) {
    Print(storage::Concat("r", status->applied.value, "\n"));
    return absl::OkStatus();
  }
  query::JsonWriter json;
  query::WriteStatus(*status, json);
  return PrintDocument(json.text(), format);
}

}  // namespace

void AddStatus(CLI::App& app, Context& context) {
  // Shared with the callback, which outlives this call.
  const auto flags = std::make_shared<ReadFlags>();
  CLI::App* verb = app.add_subcommand("status", "Show what the store holds and how far it is");
  AddDataFlag(*verb, flags->data);
  AddOutputFlag(*verb, OutputForms::kCommon, flags->output);
  verb->footer(kExamples);
  verb->callback([flags, &context] { Finish(RunStatus(*flags), context); });
}

}  // namespace setpoint::tools
