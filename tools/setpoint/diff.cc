#include <memory>

#include "query/diff.h"
#include "query/diff_json.h"
#include "query/diff_text.h"
#include "query/entry_facts.h"
#include "storage/base/concat.h"
#include "tools/setpoint/data_directory.h"
#include "tools/setpoint/operation_colour.h"
#include "tools/setpoint/read_flags.h"
#include "tools/setpoint/table.h"
#include "tools/setpoint/terminal.h"
#include "tools/setpoint/verbs.h"

namespace setpoint::tools {
namespace {

constexpr size_t kValueColumnsMax = 60;

struct DiffFlags {
  ReadFlags read;
  SelectorFlags selector;
  std::string from;
  std::string to;
};

constexpr char kExamples[] =
    R"help(What differs between two positions, by resource and by field: formatting, comments and the order of keys do not count,
a file that only moved is one line, and list items are compared with what they were, wherever they stand.
Exit code 0: nothing differs; 1: something does.

Examples:
  setpoint diff v1.0 main                           since the tag
  setpoint diff 'main@{1 week ago}' main --kind Deployment
  setpoint diff r120 r140 -o raw                    the text as written in Git
  setpoint diff v1.0 main -o json | jq -r '.[].key')help";

std::string ValueText(const std::optional<std::string>& value) {
  return value ? CutToWidth(Printable(*value), kValueColumnsMax) : "";
}

void PrintTable(const query::View& view, const std::vector<query::ResourceDifference>& differences) {
  const storage::Names& names = view.catalog.names;
  Table table({{"OPERATION"}, {"RESOURCE"}, {"FIELD"}, {"FROM"}, {"TO"}});
  for (const query::ResourceDifference& each : differences) {
    const storage::StateItem& item = each.after ? *each.after : *each.before;
    const std::string operation(query::OperationName(each.operation));
    const Colour colour = ColourOf(each.operation);
    const std::string key = Printable(names.ResourceKey(item.resource));
    const bool renamed = each.before && each.before->resource != item.resource;
    const std::string old_key = renamed ? Printable(names.ResourceKey(each.before->resource)) : "";
    if (each.is_rekeyed || each.fields.empty()) {
      table.AddRow({{operation, colour}, key, each.is_rekeyed ? "(rekeyed)" : "", old_key, ""});
    }
    if (renamed && !each.fields.empty()) table.AddRow({{operation, colour}, key, "", old_key, ""});
    for (const query::FieldDifference& field : each.fields) {
      table.AddRow({{operation, colour}, key, Printable(field.pointer), ValueText(field.from), ValueText(field.to)});
    }
  }
  if (!differences.empty()) table.Print(stdout);
  Print(storage::Concat(differences.empty() ? "no difference" : query::DiffSummary(differences), "\n"));
}

absl::Status PrintAnswer(const query::View& view, storage::RepositoryId repository, const query::DiffRequest& request,
                         const std::vector<query::ResourceDifference>& differences, OutputFormat format) {
  if (format == OutputFormat::kTable) {
    PrintTable(view, differences);
    return absl::OkStatus();
  }
  JsonLines lines;
  for (const query::ResourceDifference& each : differences) {
    if (format == OutputFormat::kName) {
      Print(storage::Concat(view.catalog.names.ResourceKey((each.after ? *each.after : *each.before).resource), "\n"));
    } else if (format == OutputFormat::kRaw) {
      auto text = query::DiffText(view, repository, request, each);
      if (!text.ok()) return text.status();
      Print(*text);
    } else {
      query::JsonWriter json;
      query::WriteDifference(view, each, json);
      lines.Add(json.text());
    }
  }
  const bool is_document = format == OutputFormat::kJson || format == OutputFormat::kYaml;
  return is_document ? PrintDocument(lines.Take(), format) : absl::OkStatus();
}

absl::StatusOr<bool> RunDiff(DiffFlags flags) {
  auto selector = SelectorOf(flags.selector);
  if (!selector.ok()) return selector.status();
  auto database = OpenForReading(flags.read.data);
  if (!database.ok()) return database.status();
  const query::View view(**database, DisclosureOf(flags.read));
  flags.read.at = flags.from;
  auto from = ResolveFlags(view, flags.read);
  if (!from.ok()) return from.status();
  flags.read.at = flags.to;
  auto to = ResolveFlags(view, flags.read);
  if (!to.ok()) return to.status();
  const query::DiffRequest request{
      {from->position, selector->path_prefix}, {to->position, selector->path_prefix}, *selector};
  auto differences = query::ReadDiff(view, request);
  if (!differences.ok()) return differences.status();
  absl::Status status = PrintAnswer(view, from->repository, request, *differences, OutputFormatOf(flags.read.output));
  if (!status.ok()) return status;
  return !differences->empty();
}

}  // namespace

void AddDiff(CLI::App& app, Context& context) {
  // Shared with the callback, which outlives this call.
  const auto flags = std::make_shared<DiffFlags>();
  CLI::App* verb = app.add_subcommand("diff", "Show what differs between two positions, by resource and by field");
  verb->add_option("from", flags->from, "A position, as --at of other verbs takes it")->required()->type_name("FROM");
  verb->add_option("to", flags->to, "Another one; default: the default branch")->type_name("TO");
  AddRepositoryFlags(*verb, flags->read);
  AddOutputFlag(*verb, OutputForms::kWithRaw, flags->read.output);
  AddSelectorFlags(*verb, flags->selector);
  verb->footer(kExamples);
  verb->callback([flags, &context] {
    auto differs = RunDiff(*flags);
    Finish(differs.status(), context);
    if (differs.ok() && *differs) context.exit_code = kNotFoundOrFailed;
  });
}

}  // namespace setpoint::tools
