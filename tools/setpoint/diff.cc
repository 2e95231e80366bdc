#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "storage/base/concat.h"
#include "tools/setpoint/answers.h"
#include "tools/setpoint/json_text.h"
#include "tools/setpoint/list_output.h"
#include "tools/setpoint/read_flags.h"
#include "tools/setpoint/selector_flags.h"
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
  std::vector<std::string> environments;
};

constexpr char kExamples[] =
    R"help(What differs between two positions, by resource and by field: formatting, comments and the order of keys do not count,
a file that only moved is one line, and list items are compared with what they were, wherever they stand.
Exit code 0: nothing differs; 1: something does.

Examples:
  setpoint diff v1.0 main                           since the tag
  setpoint diff 'main@{1 week ago}' main --kind Deployment
  setpoint diff r120 r140 -o raw                    the text as written in Git
  setpoint diff --environment staging --environment prod      what waits for promotion
  setpoint diff v1.0 main -o json | jq -r '.[].key')help";

// A value as it stands in JSON, cut to what a table has room for; empty where the side does not have the field.
std::string ValueText(const query::JsonValue& field, std::string_view side) {
  const query::JsonValue* const value = field.Find(side);
  return value == nullptr ? "" : CutToWidth(Printable(value->text), kValueColumnsMax);
}

// One row for each field; one more where there are none, or where the resource had another key.
void AddRows(const query::JsonValue& resource, Table& table) {
  const Cell operation{TextOf(resource, "operation"), ColourOfOperation(TextOf(resource, "operation"))};
  const std::string key = TextOf(resource, "key");
  std::string old_key = TextOf(resource, "moved_from");
  if (old_key.empty()) old_key = TextOf(resource, "from_key");
  const query::JsonValue* const fields = resource.Find("fields");
  const bool has_fields = fields != nullptr && !fields->items.empty();
  const bool rekeyed = IsTrue(resource, "rekeyed");
  if (rekeyed || !has_fields || !old_key.empty()) {
    table.AddRow({operation, key, rekeyed ? "(rekeyed)" : "", old_key, ""});
  }
  if (!has_fields) return;
  for (const query::JsonValue& field : fields->items) {
    table.AddRow({operation, key, TextOf(field, "pointer"), ValueText(field, "from"), ValueText(field, "to")});
  }
}

enum class Difference { kNone, kSome };

absl::StatusOr<Difference> PrintTable(Answers& answers, ListQuestion list) {
  Table table({{"OPERATION"}, {"RESOURCE"}, {"FIELD"}, {"FROM"}, {"TO"}});
  Difference difference = Difference::kNone;
  std::string summary;
  std::string waiting;
  list.others = [&summary, &waiting](const std::string& name, std::string_view value) {
    if (name == "summary") summary = query::UnescapeJsonString(value);
    if (name == "waiting" && value != "0") waiting = storage::Concat(", ", value, " waiting for promotion");
  };
  absl::Status status = ForEachAnswer(answers, list, [&](std::string_view resource) -> absl::Status {
    const auto value = query::ParseJson(resource);
    if (!value.ok()) return value.status();
    AddRows(*value, table);
    difference = Difference::kSome;
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  if (difference == Difference::kSome) table.Print(stdout);
  Print(storage::Concat(difference == Difference::kSome ? summary + waiting : "no difference", "\n"));
  return difference;
}

absl::StatusOr<Difference> PrintElements(Answers& answers, const ListQuestion& list, OutputFormat format) {
  ListOutput output(format, {.columns = {}, .row = nullptr, .name = [](const query::JsonValue& resource) {
                               return TextOf(resource, "key");
                             }});
  Difference difference = Difference::kNone;
  absl::Status status = ForEachAnswer(answers, list, [&](std::string_view resource) {
    difference = Difference::kSome;
    return output.Add(resource);
  });
  if (status.ok()) status = output.Finish();
  if (!status.ok()) return status;
  return difference;
}

// Unified text. It says nothing of what only moved, so where it is empty somebody else must say whether anything
// differs.
absl::StatusOr<Difference> PrintRaw(Answers& answers, const ListQuestion& list) {
  Question question = list.question;
  question.Add("as", "raw");
  question.form = Question::Form::kText;
  auto text = answers.Ask(question);
  if (!text.ok()) return text.status();
  Print(*text);
  if (!text->empty()) return Difference::kSome;
  ListQuestion first = list;
  first.limit = 1;
  Difference difference = Difference::kNone;
  absl::Status status = ForEachAnswer(answers, first, [&difference](std::string_view) {
    difference = Difference::kSome;
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return difference;
}

absl::StatusOr<Difference> RunDiff(const DiffFlags& flags) {
  if (auto selector = SelectorOf(flags.selector); !selector.ok()) return selector.status();
  auto answers = OpenAnswers(flags.read);
  if (!answers.ok()) return answers.status();
  auto repository = (*answers)->RepositoryInPath(flags.read.repository);
  if (!repository.ok()) return repository.status();
  ListQuestion list{.question = {.segments = {"v1", "repositories", *repository, "diff"}}, .list = "resources"};
  if (flags.from.empty() && flags.environments.size() < 2) {
    return absl::InvalidArgumentError(
        "name a position to compare with, or two environments; see `setpoint diff --help`");
  }
  list.question.Add("from", flags.from);
  for (const std::string& each : flags.environments) list.question.parameters.emplace_back("environment", each);
  list.question.Add("to", flags.to);
  AddPositionParameters(flags.read, list.question.parameters);
  AddSelectorParameters(flags.selector, list.question.parameters);
  const OutputFormat format = OutputFormatOf(flags.read.output);
  if (format == OutputFormat::kTable) return PrintTable(**answers, std::move(list));
  if (format == OutputFormat::kRaw) return PrintRaw(**answers, list);
  return PrintElements(**answers, list, format);
}

}  // namespace

void AddDiff(CLI::App& app, Context& context) {
  // Shared with the callback, which outlives this call.
  const auto flags = std::make_shared<DiffFlags>();
  CLI::App* verb = app.add_subcommand("diff", "Show what differs between two positions, by resource and by field");
  verb->add_option("from", flags->from, "A position, as --at of other verbs takes it")->type_name("FROM");
  verb->add_option("to", flags->to, "Another one; default: the default branch")->type_name("TO");
  verb->add_option(
          "--environment", flags->environments,
          "Compare within this environment; given twice: the first with the second, and what waits for promotion")
      ->type_name("NAME")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  AddRepositoryFlags(*verb, flags->read);
  AddOutputFlag(*verb, OutputForms::kWithRaw, flags->read.output);
  AddSelectorFlags(*verb, flags->selector);
  verb->footer(kExamples);
  verb->callback([flags, &context] {
    auto differs = RunDiff(*flags);
    Finish(differs.status(), context);
    if (differs.ok() && *differs == Difference::kSome) context.exit_code = kNotFoundOrFailed;
  });
}

}  // namespace setpoint::tools
