#include <memory>

#include "query/explain.h"
#include "query/json_writer.h"
#include "storage/base/concat.h"
#include "storage/formats/format.h"
#include "storage/formats/resource_key.h"
#include "tools/setpoint/data_directory.h"
#include "tools/setpoint/read_flags.h"
#include "tools/setpoint/table.h"
#include "tools/setpoint/verbs.h"

namespace setpoint::tools {
namespace {

struct ExplainFlags {
  ReadFlags read;
  std::string path;
};

constexpr char kExamples[] =
    R"help(The decision in its order: mode, size, name, whether it parses, the shape of its documents; then the resources with their
lines. It is made again by this program from the text in the store, so that a store that an older one decoded shows what
`setpoint redecode` would make of the file.

Examples:
  setpoint explain apps/web.yaml
  setpoint explain stack.yaml --at v1.2 -o json)help";

std::string LinesText(const storage::LineRange& lines) {
  return lines.first == 0 ? "whole file" : storage::Concat(lines.first, "-", lines.last);
}

void PrintTable(const query::ExplainedFile& file) {
  Table decision({{"ASKED"}, {"ANSWER"}});
  for (const query::ExplainStep& step : file.steps) decision.AddRow({std::string(step.asked), step.answer});
  decision.AddRow({"outcome", std::string(query::OutcomeName(file.outcome))});
  decision.Print(stdout);
  if (file.resources.empty()) return;
  Print("\n");
  Table resources({{"KEY"}, {"FORMAT"}, {"LINES"}, {"LOCATION"}});
  for (const storage::DecodedResource& resource : file.resources) {
    resources.AddRow({storage::ResourceKeyText(file.path, resource.format, resource.identity),
                      std::string(storage::FormatName(resource.format)), LinesText(resource.lines),
                      resource.duplicate ? storage::Concat(resource.location, " duplicate") : resource.location});
  }
  resources.Print(stdout);
}

absl::Status RunExplain(const ExplainFlags& flags) {
  auto database = OpenForReading(flags.read.data);
  if (!database.ok()) return database.status();
  const query::View view(**database);
  auto position = ResolveFlags(view, flags.read);
  if (!position.ok()) return position.status();
  auto file = query::ExplainFile(view, *position, flags.path);
  if (!file.ok()) return file.status();
  const OutputFormat format = OutputFormatOf(flags.read.output);
  if (format == OutputFormat::kTable) {
    PrintTable(*file);
    return absl::OkStatus();
  }
  query::JsonWriter json;
  absl::Status status = query::WriteExplained(view, *position, *file, json);
  return status.ok() ? PrintDocument(json.text(), format) : status;
}

}  // namespace

void AddExplain(CLI::App& app, Context& context) {
  // Shared with the callback, which outlives this call.
  const auto flags = std::make_shared<ExplainFlags>();
  CLI::App* verb = app.add_subcommand("explain", "Say what a file was taken for, and why");
  verb->add_option("path", flags->path, "The file's path")->required()->type_name("PATH");
  AddRepositoryFlags(*verb, flags->read);
  AddPositionFlags(*verb, flags->read);
  AddOutputFlag(*verb, OutputForms::kCommon, flags->read.output);
  verb->footer(kExamples);
  verb->callback([flags, &context] { Finish(RunExplain(*flags), context); });
}

}  // namespace setpoint::tools
