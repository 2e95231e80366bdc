#include <memory>

#include "query/list.h"
#include "query/resource_json.h"
#include "storage/base/concat.h"
#include "storage/formats/format.h"
#include "tools/setpoint/data_directory.h"
#include "tools/setpoint/read_flags.h"
#include "tools/setpoint/table.h"
#include "tools/setpoint/verbs.h"

namespace setpoint::tools {
namespace {

struct ListFlags {
  ReadFlags read;
  SelectorFlags selector;
  bool content = false;
};

constexpr char kExamples[] =
    R"help(Examples:
  setpoint list                                     everything on the default branch
  setpoint list --kind Deployment --path clusters/prod/
  setpoint list --at v1.2 -o name                   the keys as of a tag, one a line
  setpoint list --at 'main@{2026-01-31}' --label 'app=web,tier in (front,back)'
  setpoint list --field /spec/replicas=3 -o json | jq -r '.[].path')help";

void PrintTable(const query::ListAnswer& answer, query::EntryFactsCache& entries) {
  Table table({{"KEY"}, {"FORMAT"}, {"REVISION", Alignment::kRight}, {"COMMIT"}, {"STATE"}});
  for (const query::ListItem& item : answer.items) {
    const auto entry = entries.Read(item.state.revision);
    const std::string commit = entry.ok() && !entry->commit.IsZero() ? entry->commit.Hex().substr(0, 10) : "";
    const auto format = storage::FormatName(static_cast<storage::Format>(item.state.format));
    table.AddRow({std::string(item.key),
                  std::string(format),
                  storage::Concat("r", item.state.revision.value),
                  commit,
                  {item.state.stale ? "stale" : "", Colour::kWarning}});
  }
  table.Print(stdout);
}

absl::Status PrintAnswer(const query::View& view, const query::ListAnswer& answer, const ListFlags& flags) {
  const OutputFormat format = OutputFormatOf(flags.read.output);
  if (format == OutputFormat::kName) {
    for (const query::ListItem& item : answer.items) Print(storage::Concat(item.key, "\n"));
    return absl::OkStatus();
  }
  if (format == OutputFormat::kTable) {
    query::EntryFactsCache entries(view);
    PrintTable(answer, entries);
    return absl::OkStatus();
  }
  query::ListJsonWriter writer(view, flags.content ? query::ContentPart::kInclude : query::ContentPart::kLeaveOut);
  JsonLines lines;
  for (const query::ListItem& item : answer.items) {
    query::JsonWriter json;
    absl::Status status = writer.Write(item, json);
    if (!status.ok()) return status;
    lines.Add(json.text());
  }
  return PrintDocument(lines.Take(), format);
}

absl::Status RunList(const ListFlags& flags) {
  auto selector = SelectorOf(flags.selector);
  if (!selector.ok()) return selector.status();
  auto database = OpenForReading(flags.read.data);
  if (!database.ok()) return database.status();
  const query::View view(**database);
  auto position = ResolveFlags(view, flags.read);
  if (!position.ok()) return position.status();
  query::ListRequest request{
      .position = position->position, .selector = *std::move(selector), .limit = flags.read.limit, .after_key = ""};
  auto answer = query::ListResources(view, request);
  if (!answer.ok()) return answer.status();
  return PrintAnswer(view, *answer, flags);
}

}  // namespace

void AddList(CLI::App& app, Context& context) {
  // Shared with the callback, which outlives this call.
  const auto flags = std::make_shared<ListFlags>();
  CLI::App* verb = app.add_subcommand("list", "Show the resources that are declared at a position");
  AddRepositoryFlags(*verb, flags->read);
  AddPositionFlags(*verb, flags->read);
  AddOutputFlag(*verb, OutputForms::kCommon, flags->read.output);
  AddLimitFlag(*verb, flags->read);
  AddSelectorFlags(*verb, flags->selector);
  verb->add_flag("--content", flags->content, "With -o json or yaml: the content of each resource too");
  verb->footer(kExamples);
  verb->callback([flags, &context] { Finish(RunList(*flags), context); });
}

}  // namespace setpoint::tools
