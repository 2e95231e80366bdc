#include <memory>

#include "query/history.h"
#include "query/history_fields.h"
#include "query/history_json.h"
#include "query/time_text.h"
#include "storage/base/concat.h"
#include "tools/setpoint/data_directory.h"
#include "tools/setpoint/operation_colour.h"
#include "tools/setpoint/read_flags.h"
#include "tools/setpoint/table.h"
#include "tools/setpoint/terminal.h"
#include "tools/setpoint/verbs.h"

namespace setpoint::tools {
namespace {

constexpr size_t kChangedColumnsMax = 48;

struct HistoryFlags {
  ReadFlags read;
  std::string key;
  bool timeline = false;
};

constexpr char kExamples[] =
    R"help(Every version that the resource ever had, newest first, through moves and merges: each with the commit that wrote it.
`landed` is the revision by which it reached the branch that is read. --timeline lists instead what the branch itself
showed, in its own order, resets included.

Examples:
  setpoint history 'apps/web.yaml#Deployment.apps/shop/web'
  setpoint history 'apps/web.yaml#Deployment.apps/shop/web' --at release-1.2 --limit 5
  setpoint history 'envs/prod.json#Data' -o json | jq -r '.[] | "\(.committed) \(.author) \(.fields)"')help";

absl::StatusOr<std::string> Changed(const query::View& view, const query::HistoryItem& item) {
  const storage::Names& names = view.catalog.names;
  if (!item.version.moved_from.IsNone()) return storage::Concat("from ", names.ResourceKey(item.version.moved_from));
  if (!item.version.moved_to.IsNone()) return storage::Concat("to ", names.ResourceKey(item.version.moved_to));
  auto fields = query::ReadChangedFields(view, item);
  if (!fields.ok()) return fields.status();
  std::string text;
  for (const std::string& field : *fields) text += storage::Concat(text.empty() ? "" : " ", field);
  return text;
}

absl::Status PrintTable(const query::View& view, const std::vector<query::HistoryItem>& items) {
  Table table({{"REVISION", Alignment::kRight},
               {"LANDED", Alignment::kRight},
               {"COMMIT"},
               {"COMMITTED"},
               {"AUTHOR"},
               {"OPERATION"},
               {"CHANGED"},
               {"MESSAGE"}});
  for (const query::HistoryItem& item : items) {
    auto changed = Changed(view, item);
    if (!changed.ok()) return changed.status();
    const bool known = item.commit.has_value();
    table.AddRow({storage::Concat("r", item.entry.revision.value),
                  storage::Concat("r", item.landed.value),
                  item.entry.commit.IsZero() ? "" : item.entry.commit.Hex().substr(0, 10),
                  known ? query::FormatTime(item.commit->committer.seconds) : "",
                  known ? item.commit->author.name : "",
                  {std::string(query::OperationName(item.version.operation)), ColourOf(item.version.operation)},
                  CutToWidth(Printable(*changed), kChangedColumnsMax),
                  known ? std::string(query::Subject(item.commit->message)) : ""});
  }
  table.Print(stdout);
  return absl::OkStatus();
}

absl::Status PrintAnswer(const query::View& view, const std::vector<query::HistoryItem>& items, OutputFormat format) {
  if (format == OutputFormat::kTable) return PrintTable(view, items);
  if (format == OutputFormat::kName) {
    for (const query::HistoryItem& item : items) Print(storage::Concat("r", item.entry.revision.value, "\n"));
    return absl::OkStatus();
  }
  JsonLines lines;
  for (const query::HistoryItem& item : items) {
    query::JsonWriter json;
    absl::Status status = query::WriteHistoryItem(view, item, json);
    if (!status.ok()) return status;
    lines.Add(json.text());
  }
  return PrintDocument(lines.Take(), format);
}

absl::Status RunHistory(const HistoryFlags& flags) {
  auto database = OpenForReading(flags.read.data);
  if (!database.ok()) return database.status();
  const query::View view(**database, DisclosureOf(flags.read));
  auto position = ResolveFlags(view, flags.read);
  if (!position.ok()) return position.status();
  auto items = query::ReadHistory(view, {.repository = position->repository,
                                         .position = position->position,
                                         .key = flags.key,
                                         .limit = flags.read.limit,
                                         .own_timeline = flags.timeline});
  if (!items.ok()) return items.status();
  return PrintAnswer(view, *items, OutputFormatOf(flags.read.output));
}

}  // namespace

void AddHistory(CLI::App& app, Context& context) {
  // Shared with the callback, which outlives this call.
  const auto flags = std::make_shared<HistoryFlags>();
  CLI::App* verb = app.add_subcommand("history", "Show every version of one resource, newest first");
  verb->add_option("key", flags->key, "The resource's key")->required()->type_name("KEY");
  AddRepositoryFlags(*verb, flags->read);
  AddPositionFlags(*verb, flags->read);
  AddOutputFlag(*verb, OutputForms::kCommon, flags->read.output);
  AddLimitFlag(*verb, flags->read);
  verb->add_flag("--timeline", flags->timeline, "The versions that the branch read had, in its own order");
  verb->footer(kExamples);
  verb->callback([flags, &context] { Finish(RunHistory(*flags), context); });
}

}  // namespace setpoint::tools
