#include <memory>

#include "query/authorship.h"
#include "query/blame.h"
#include "query/blame_json.h"
#include "query/time_text.h"
#include "storage/base/concat.h"
#include "tools/setpoint/data_directory.h"
#include "tools/setpoint/read_flags.h"
#include "tools/setpoint/table.h"
#include "tools/setpoint/terminal.h"
#include "tools/setpoint/verbs.h"

namespace setpoint::tools {
namespace {

constexpr size_t kAuthorColumnsMax = 24;

struct BlameFlags {
  ReadFlags read;
  std::string key;
  std::string pointer;
};

constexpr char kExamples[] =
    R"help(Every field of the resource with the commit that gave it its present value, followed through moves, reformats and
merges to the commit that wrote it. `landed` is the revision by which that reached the branch that is read. List items
are followed by what names them (a container's name, a port's number), wherever they stand in their list.

Examples:
  setpoint blame 'apps/web.yaml#Deployment.apps/shop/web'
  setpoint blame 'apps/web.yaml#Deployment.apps/shop/web' /spec/template/spec/containers/0/image
  setpoint blame 'envs/prod.json#Data' /limits --at release-1.2 -o json)help";

absl::Status PrintTable(const std::vector<query::BlameField>& fields, query::AuthorshipCache& authors) {
  Table table({{"REVISION", Alignment::kRight},
               {"LANDED", Alignment::kRight},
               {"COMMIT"},
               {"COMMITTED"},
               {"AUTHOR"},
               {"FIELD"},
               {"VALUE"}});
  for (const query::BlameField& field : fields) {
    auto author = authors.Read(field.revision);
    if (!author.ok()) return author.status();
    const auto& [entry, commit] = **author;
    table.AddRow({storage::Concat("r", field.revision.value), storage::Concat("r", field.landed.value),
                  entry.commit.IsZero() ? "" : entry.commit.Hex().substr(0, 10),
                  commit ? query::FormatTime(commit->committer.seconds) : "",
                  commit ? CutToWidth(Printable(commit->author.name), kAuthorColumnsMax) : "", Printable(field.pointer),
                  Printable(field.value)});
  }
  table.Print(stdout);
  return absl::OkStatus();
}

absl::Status PrintAnswer(const query::View& view, std::vector<query::BlameField> fields,
                         query::AuthorshipCache& authors, OutputFormat format) {
  if (format == OutputFormat::kTable) return PrintTable(fields, authors);
  query::SortByPointer(fields);
  JsonLines lines;
  for (const query::BlameField& field : fields) {
    if (format == OutputFormat::kName) {
      Print(storage::Concat(field.pointer, "\n"));
      continue;
    }
    query::JsonWriter json;
    if (absl::Status status = query::WriteBlameField(view, field, authors, json); !status.ok()) return status;
    lines.Add(json.text());
  }
  return format == OutputFormat::kName ? absl::OkStatus() : PrintDocument(lines.Take(), format);
}

absl::Status RunBlame(const BlameFlags& flags) {
  auto database = OpenForReading(flags.read.data);
  if (!database.ok()) return database.status();
  const query::View view(**database, DisclosureOf(flags.read));
  auto position = ResolveFlags(view, flags.read);
  if (!position.ok()) return position.status();
  auto fields = query::ReadBlame(
      view,
      {.repository = position->repository, .position = position->position, .key = flags.key, .pointer = flags.pointer});
  if (!fields.ok()) return fields.status();
  query::AuthorshipCache authors(view, position->repository);
  return PrintAnswer(view, *std::move(fields), authors, OutputFormatOf(flags.read.output));
}

}  // namespace

void AddBlame(CLI::App& app, Context& context) {
  // Shared with the callback, which outlives this call.
  const auto flags = std::make_shared<BlameFlags>();
  CLI::App* verb = app.add_subcommand("blame", "Show who gave each field of a resource its present value");
  verb->add_option("key", flags->key, "The resource's key")->required()->type_name("KEY");
  verb->add_option("pointer", flags->pointer, "Only this field and what lies below it, as a JSON pointer")
      ->type_name("POINTER");
  AddRepositoryFlags(*verb, flags->read);
  AddPositionFlags(*verb, flags->read);
  AddOutputFlag(*verb, OutputForms::kCommon, flags->read.output);
  verb->footer(kExamples);
  verb->callback([flags, &context] { Finish(RunBlame(*flags), context); });
}

}  // namespace setpoint::tools
