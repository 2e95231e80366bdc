#include <memory>

#include "query/search.h"
#include "query/search_json.h"
#include "query/time_text.h"
#include "storage/base/clock.h"
#include "storage/base/concat.h"
#include "tools/setpoint/data_directory.h"
#include "tools/setpoint/operation_colour.h"
#include "tools/setpoint/read_flags.h"
#include "tools/setpoint/table.h"
#include "tools/setpoint/terminal.h"
#include "tools/setpoint/verbs.h"

namespace setpoint::tools {
namespace {

constexpr size_t kFieldsColumnsMax = 90;

struct SearchFlags {
  ReadFlags read;
  query::ChangeFilter filter;
  std::string since;
  std::string until;
  std::string operation;
  std::string label;
};

constexpr char kExamples[] =
    R"help(Changes over all history, newest first: on all branches, each where it was written, or with --at on one, as they landed
there, with the commit that wrote them. All filters must hold; --field and --value of one and the same field.

Examples:
  setpoint search --value ghcr.io/acme/web:1.2                 when it came and left, and by whom
  setpoint search --value ghcr.io/acme/web:1.2 --at main       when it reached main, and when it left
  setpoint search --field '/spec/template/spec/containers/*/image' --path 'clusters/prod/**' --limit 20
  setpoint search --author ada --operation deleted --since '2 weeks ago'
  setpoint search --label app=web --field /spec/replicas -o json)help";

absl::StatusOr<std::optional<int64_t>> TimeOf(std::string_view flag, const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto seconds = query::ParseTime(text, storage::SystemClock().NowSeconds());
  if (seconds) return *seconds;
  return absl::InvalidArgumentError(storage::Concat(flag, " '", text,
                                                    "' is no time; write 2026-01-31, "
                                                    "2026-01-31T12:00:00Z or '2h ago'"));
}

absl::StatusOr<query::ChangeFilter> FilterOf(const SearchFlags& flags) {
  query::ChangeFilter filter = flags.filter;
  auto since = TimeOf("--since", flags.since);
  if (!since.ok()) return since.status();
  auto until = TimeOf("--until", flags.until);
  if (!until.ok()) return until.status();
  filter.since = *since;
  filter.until = *until;
  filter.axis = flags.read.axis == "observed" ? storage::TimeAxis::kObserved : storage::TimeAxis::kCommitted;
  auto labels = query::LabelSelector::Parse(flags.label);
  if (!labels.ok()) return labels.status();
  filter.labels = *std::move(labels);
  if (!filter.field.empty() && filter.field.front() != '/') {
    return absl::InvalidArgumentError(storage::Concat("--field '", filter.field,
                                                      "' is no JSON pointer; write it as "
                                                      "/spec/replicas, with * for any step"));
  }
  if (flags.operation.empty()) return filter;
  filter.operation = query::OperationFromName(flags.operation);
  if (filter.operation) return filter;
  return absl::InvalidArgumentError(storage::Concat("--operation '", flags.operation,
                                                    "' is none of created, updated, "
                                                    "moved, deleted, decode_failed"));
}

std::string FieldsText(const query::SearchItem& item) {
  std::string text;
  for (const query::FieldEvent& each : item.fields) {
    text += storage::Concat(text.empty() ? "" : "  ", each.pointer, ": ", each.from.value_or("-"), " > ",
                            each.to.value_or("-"));
  }
  return CutToWidth(Printable(text), kFieldsColumnsMax);
}

void AddRow(const query::View& view, const query::SearchItem& item, bool with_fields, Table& table) {
  std::vector<Cell> row = {
      storage::Concat("r", item.entry.revision.value),
      storage::Concat("r", item.version.position.revision.value),
      item.entry.commit.IsZero() ? "" : item.entry.commit.Hex().substr(0, 10),
      item.commit ? query::FormatTime(item.commit->committer.seconds) : "",
      item.commit ? item.commit->author.name : "",
      {std::string(query::OperationName(item.version.operation)), ColourOf(item.version.operation)},
      Printable(view.catalog.names.ResourceKey(item.version.resource))};
  if (with_fields) row.emplace_back(FieldsText(item));
  row.emplace_back(item.commit ? Printable(query::Subject(item.commit->message)) : "");
  table.AddRow(std::move(row));
}

// What is found, in the form asked for: a table at the end, everything else as it comes.
class Output {
 public:
  Output(const query::View& view, OutputFormat format, bool with_fields)
      : view_(view), format_(format), with_fields_(with_fields), table_(Columns(with_fields)) {}

  absl::Status Add(const query::SearchItem& item) {
    if (format_ == OutputFormat::kTable) {
      AddRow(view_, item, with_fields_, table_);
    } else if (format_ == OutputFormat::kName) {
      Print(storage::Concat(view_.catalog.names.ResourceKey(item.version.resource), "\n"));
    } else {
      query::JsonWriter json;
      if (absl::Status status = query::WriteSearchItem(view_, item, json); !status.ok()) return status;
      lines_.Add(json.text());
    }
    return absl::OkStatus();
  }

  absl::Status Finish() {
    if (format_ == OutputFormat::kTable) table_.Print(stdout);
    const bool is_document = format_ == OutputFormat::kJson || format_ == OutputFormat::kYaml;
    return is_document ? PrintDocument(lines_.Take(), format_) : absl::OkStatus();
  }

 private:
  static std::vector<Column> Columns(bool with_fields) {
    std::vector<Column> columns = {{"REVISION", Alignment::kRight},
                                   {"LANDED", Alignment::kRight},
                                   {"COMMIT"},
                                   {"COMMITTED"},
                                   {"AUTHOR"},
                                   {"OPERATION"},
                                   {"RESOURCE"}};
    if (with_fields) columns.push_back({"FIELDS"});
    columns.push_back({"MESSAGE"});
    return columns;
  }

  const query::View& view_;
  const OutputFormat format_;
  const bool with_fields_;
  Table table_;
  JsonLines lines_;
};

absl::Status RunSearch(const SearchFlags& flags) {
  auto filter = FilterOf(flags);
  if (!filter.ok()) return filter.status();
  auto database = OpenForReading(flags.read.data);
  if (!database.ok()) return database.status();
  const query::View view(**database, DisclosureOf(flags.read));
  auto position = ResolveFlags(view, flags.read);
  if (!position.ok()) return position.status();
  query::SearchRequest request{.repository = position->repository, .position = {}, .filter = *filter, .before = {}};
  if (!flags.read.at.empty()) request.position = position->position;
  Output output(view, OutputFormatOf(flags.read.output), filter->AsksForFields());
  size_t count = 0;
  absl::Status written;
  absl::Status status = query::Search(view, request, [&](const query::SearchItem& item) {
    written = output.Add(item);
    return written.ok() && ++count != flags.read.limit;
  });
  if (!written.ok()) return written;
  return status.ok() ? output.Finish() : status;
}

}  // namespace

void AddSearch(CLI::App& app, Context& context) {
  // Shared with the callback, which outlives this call.
  const auto flags = std::make_shared<SearchFlags>();
  query::ChangeFilter& filter = flags->filter;
  CLI::App* verb = app.add_subcommand("search", "Find changes over all history: by value, field, author, time …");
  AddRepositoryFlags(*verb, flags->read);
  AddPositionFlags(*verb, flags->read);
  AddOutputFlag(*verb, OutputForms::kCommon, flags->read.output);
  AddLimitFlag(*verb, flags->read);
  verb->add_option("--value", filter.value, "A field got or lost this value, an image for example")->type_name("VALUE");
  verb->add_option("--field", filter.field, "This field came, went or changed, or one below it; * is any step")
      ->type_name("POINTER");
  verb->add_option("--author", filter.author, "A part of the author's name or address, in any case")->type_name("TEXT");
  verb->add_option("--committer", filter.committer, "Likewise of the committer")->type_name("TEXT");
  verb->add_option("--message", filter.message, "A part of the commit's message, in any case")->type_name("TEXT");
  verb->add_option("--since", flags->since, "At or after, by the time of --axis")->type_name("TIME");
  verb->add_option("--until", flags->until, "At or before")->type_name("TIME");
  verb->add_option("--path", filter.path, "Files whose path begins so, or fits: * in a folder, ** through folders")
      ->type_name("PATTERN");
  verb->add_option("--kind", filter.kind, "Only this kind: Deployment, or with its group Deployment.apps")
      ->type_name("KIND");
  verb->add_option("--namespace", filter.declared_namespace, "Only this declared namespace; '' is none")
      ->type_name("NAME");
  verb->add_option("--name", filter.name, "Only resources of this name")->type_name("NAME");
  verb->add_option("--label", flags->label, "Kubernetes labels, as `list` takes them")->type_name("SELECTOR");
  verb->add_option("--operation", flags->operation, "created, updated, moved, deleted or decode_failed")
      ->type_name("WORD");
  verb->add_flag("--signed", filter.signed_only, "The commit carries a signature");
  verb->footer(kExamples);
  verb->callback([flags, &context] { Finish(RunSearch(*flags), context); });
}

}  // namespace setpoint::tools
