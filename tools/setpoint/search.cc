#include <memory>
#include <utility>

#include "storage/base/concat.h"
#include "tools/setpoint/answers.h"
#include "tools/setpoint/appearances.h"
#include "tools/setpoint/change_flags.h"
#include "tools/setpoint/json_text.h"
#include "tools/setpoint/list_output.h"
#include "tools/setpoint/read_flags.h"
#include "tools/setpoint/table.h"
#include "tools/setpoint/terminal.h"
#include "tools/setpoint/verbs.h"

namespace setpoint::tools {
namespace {

constexpr size_t kFieldsColumnsMax = 90;

struct SearchFlags {
  ReadFlags read;
  ChangeFlags changes;
  std::string operation;
  bool appearances = false;
};

constexpr char kExamples[] =
    R"help(Changes over all history, newest first: on all branches, each where it was written, or with --at on one, as they landed
there, with the commit that wrote them. All filters must hold; --field and --value of one and the same field.

Examples:
  setpoint search --value ghcr.io/acme/web:1.2                 when it came and left, and by whom
  setpoint search --value ghcr.io/acme/web:1.2 --at main       when it reached main, and when it left
  setpoint search --field '/spec/template/spec/containers/*/image' --path 'clusters/prod/**' --limit 20
  setpoint search --value ghcr.io/acme/web:1.2 --environment prod --appearances
                                                               when it first came there, by whom, when it was gone
  setpoint search --author ada --operation deleted --since '2 weeks ago'
  setpoint search --label app=web --field /spec/replicas -o json)help";

// A value as it stands in JSON; "-": the field is not there.
std::string ValueText(const query::JsonValue& field, std::string_view side) {
  const query::JsonValue* const value = field.Find(side);
  return value == nullptr ? "-" : std::string(value->text);
}

std::string FieldsText(const query::JsonValue& change) {
  std::string text;
  if (const query::JsonValue* fields = change.Find("fields")) {
    for (const query::JsonValue& each : fields->items) {
      text += storage::Concat(text.empty() ? "" : "  ", TextOf(each, "pointer"), ": ", ValueText(each, "from"), " > ",
                              ValueText(each, "to"));
    }
  }
  return CutToWidth(Printable(text), kFieldsColumnsMax);
}

std::vector<Cell> Row(const query::JsonValue& change, bool with_fields) {
  const std::string operation = TextOf(change, "operation");
  std::vector<Cell> row = {RevisionText(change, "revision"),
                           RevisionText(change, "landed"),
                           ShortCommit(change),
                           TextOf(change, "committed"),
                           AuthorName(change),
                           {operation, ColourOfOperation(operation)},
                           TextOf(change, "key")};
  if (with_fields) row.emplace_back(FieldsText(change));
  row.emplace_back(TextOf(change, "message"));
  return row;
}

ListLook LookOf(bool with_fields) {
  std::vector<Column> columns = {{"REVISION", Alignment::kRight},
                                 {"LANDED", Alignment::kRight},
                                 {"COMMIT"},
                                 {"COMMITTED"},
                                 {"AUTHOR"},
                                 {"OPERATION"},
                                 {"RESOURCE"}};
  if (with_fields) columns.push_back({"FIELDS"});
  columns.push_back({"MESSAGE"});
  return {.columns = std::move(columns),
          .row = [with_fields](const query::JsonValue& change) { return Row(change, with_fields); },
          .name = [](const query::JsonValue& change) { return TextOf(change, "key"); }};
}

absl::Status RunSearch(const SearchFlags& flags) {
  auto answers = OpenAnswers(flags.read);
  if (!answers.ok()) return answers.status();
  if (flags.appearances) return PrintAppearances(**answers, flags.read, flags.changes, flags.operation);
  ListQuestion list{.question = {.segments = {"v1", "search"}}, .list = "changes", .limit = flags.read.limit};
  Question& question = list.question;
  question.Add("repo", flags.read.repository);
  AddPositionParameters(flags.read, question.parameters);
  AddChangeParameters(flags.changes, question.parameters);
  question.Add("operation", flags.operation);
  return PrintList(**answers, list, OutputFormatOf(flags.read.output), LookOf(flags.changes.AsksForFields()));
}

}  // namespace

void AddSearch(CLI::App& app, Context& context) {
  // Shared with the callback, which outlives this call.
  const auto flags = std::make_shared<SearchFlags>();
  CLI::App* verb = app.add_subcommand("search", "Find changes over all history: by value, field, author, time …");
  AddRepositoryFlags(*verb, flags->read);
  AddPositionFlags(*verb, flags->read);
  AddOutputFlag(*verb, OutputForms::kCommon, flags->read.output);
  AddLimitFlag(*verb, flags->read);
  AddChangeFlags(*verb, flags->changes);
  verb->add_option("--operation", flags->operation, "created, updated, moved, deleted or decode_failed")
      ->type_name("WORD");
  verb->add_flag("--appearances", flags->appearances,
                 "When --value first came to --at (default: the default branch), by whom, and when it left");
  verb->footer(kExamples);
  verb->callback([flags, &context] { Finish(RunSearch(*flags), context); });
}

}  // namespace setpoint::tools
