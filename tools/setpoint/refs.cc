#include <memory>

#include "query/refs.h"
#include "query/repository.h"
#include "query/store_json.h"
#include "storage/base/concat.h"
#include "tools/setpoint/data_directory.h"
#include "tools/setpoint/read_flags.h"
#include "tools/setpoint/table.h"
#include "tools/setpoint/verbs.h"

namespace setpoint::tools {
namespace {

constexpr char kExamples[] =
    R"help(An owned ref has a timeline of its own for ever, and can be watched; a pointing one (tags, as a rule) only names a
commit. Which refs are owned is set by `setpoint ingest SOURCE --ref PATTERN`.

Examples:
  setpoint refs
  setpoint refs -o json | jq -r '.[] | select(.owned) | .ref')help";

std::string StateText(const query::RefItem& item) {
  if (item.gone) return "gone";
  if (item.is_default) return "owned, default";
  return item.owned ? "owned" : "pointing";
}

absl::Status RunRefs(const ReadFlags& flags) {
  auto database = OpenForReading(flags.data);
  if (!database.ok()) return database.status();
  const query::View view(**database);
  auto repository = query::FindRepository(view, flags.repository);
  if (!repository.ok()) return repository.status();
  auto items = query::ListRefs(view, *repository);
  if (!items.ok()) return items.status();
  const OutputFormat format = OutputFormatOf(flags.output);
  Table table({{"REF"}, {"STATE"}, {"REVISION", Alignment::kRight}, {"COMMIT"}});
  JsonLines lines;
  for (const query::RefItem& item : *items) {
    query::JsonWriter json;
    query::WriteRef(item, json);
    lines.Add(json.text());
    table.AddRow({item.name,
                  {StateText(item), item.gone ? Colour::kWarning : Colour::kPlain},
                  storage::Concat("r", item.revision.value),
                  item.commit.IsZero() ? "" : item.commit.Hex()});
    if (format == OutputFormat::kName) Print(storage::Concat(item.name, "\n"));
  }
  if (format == OutputFormat::kName) return absl::OkStatus();
  if (format != OutputFormat::kTable) return PrintDocument(lines.Take(), format);
  table.Print(stdout);
  return absl::OkStatus();
}

}  // namespace

void AddRefs(CLI::App& app, Context& context) {
  // Shared with the callback, which outlives this call.
  const auto flags = std::make_shared<ReadFlags>();
  CLI::App* verb = app.add_subcommand("refs", "Show the refs that are followed, and where each stands");
  AddRepositoryFlags(*verb, *flags);
  AddOutputFlag(*verb, OutputForms::kCommon, flags->output);
  verb->footer(kExamples);
  verb->callback([flags, &context] { Finish(RunRefs(*flags), context); });
}

}  // namespace setpoint::tools
