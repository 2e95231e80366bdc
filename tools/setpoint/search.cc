#include <initializer_list>
#include <memory>
#include <utility>

#include "storage/base/concat.h"
#include "tools/setpoint/answers.h"
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
  // Parameters of /v1/search under the same name.
  std::string value, field, author, committer, message, since, until, path, kind, name, label, operation;
  std::string declared_namespace;
  bool has_namespace = false;
  bool signed_only = false;

  bool AsksForFields() const { return !value.empty() || !field.empty(); }
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
  ListQuestion list{.question = {.segments = {"v1", "search"}}, .list = "changes", .limit = flags.read.limit};
  Question& question = list.question;
  question.Add("repo", flags.read.repository);
  AddPositionParameters(flags.read, question.parameters);
  for (const auto& [name, value] :
       std::initializer_list<std::pair<std::string_view, const std::string&>>{{"value", flags.value},
                                                                              {"field", flags.field},
                                                                              {"author", flags.author},
                                                                              {"committer", flags.committer},
                                                                              {"message", flags.message},
                                                                              {"since", flags.since},
                                                                              {"until", flags.until},
                                                                              {"path", flags.path},
                                                                              {"kind", flags.kind},
                                                                              {"name", flags.name},
                                                                              {"label", flags.label},
                                                                              {"operation", flags.operation}}) {
    question.Add(name, value);
  }
  if (flags.has_namespace) question.parameters.emplace_back("namespace", flags.declared_namespace);
  if (flags.signed_only) question.Add("signed", "true");
  return PrintList(**answers, list, OutputFormatOf(flags.read.output), LookOf(flags.AsksForFields()));
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
  verb->add_option("--value", flags->value, "A field got or lost this value, an image for example")->type_name("VALUE");
  verb->add_option("--field", flags->field, "This field came, went or changed, or one below it; * is any step")
      ->type_name("POINTER");
  verb->add_option("--author", flags->author, "A part of the author's name or address, in any case")->type_name("TEXT");
  verb->add_option("--committer", flags->committer, "Likewise of the committer")->type_name("TEXT");
  verb->add_option("--message", flags->message, "A part of the commit's message, in any case")->type_name("TEXT");
  verb->add_option("--since", flags->since, "At or after, by the time of --axis")->type_name("TIME");
  verb->add_option("--until", flags->until, "At or before")->type_name("TIME");
  verb->add_option("--path", flags->path, "Files whose path begins so, or fits: * in a folder, ** through folders")
      ->type_name("PATTERN");
  verb->add_option("--kind", flags->kind, "Only this kind: Deployment, or with its group Deployment.apps")
      ->type_name("KIND");
  verb->add_option_function<std::string>(
          "--namespace",
          [flags = flags.get()](const std::string& value) {
            flags->declared_namespace = value;
            flags->has_namespace = true;
          },
          "Only this declared namespace; '' is none")
      ->type_name("NAME");
  verb->add_option("--name", flags->name, "Only resources of this name")->type_name("NAME");
  verb->add_option("--label", flags->label, "Kubernetes labels, as `list` takes them")->type_name("SELECTOR");
  verb->add_option("--operation", flags->operation, "created, updated, moved, deleted or decode_failed")
      ->type_name("WORD");
  verb->add_flag("--signed", flags->signed_only, "The commit carries a signature");
  verb->footer(kExamples);
  verb->callback([flags, &context] { Finish(RunSearch(*flags), context); });
}

}  // namespace setpoint::tools
