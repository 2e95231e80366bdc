#include <functional>
#include <memory>

#include "query/json_value.h"
#include "storage/base/concat.h"
#include "tools/setpoint/answers.h"
#include "tools/setpoint/json_parts.h"
#include "tools/setpoint/json_text.h"
#include "tools/setpoint/output.h"
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

std::string LinesText(const query::JsonValue& resource) {
  const std::string first = TextOf(resource, "first_line");
  return first == "0" ? "whole file" : storage::Concat(first, "-", TextOf(resource, "last_line"));
}

// Each object of an array that is a member of the answer.
absl::Status ForEachObject(std::string_view answer, std::string_view name,
                           const std::function<void(const query::JsonValue& object)>& take) {
  return ForEachElement(MemberText(answer, name), [&take](std::string_view text) {
    const auto object = query::ParseJson(text);
    if (!object.ok()) return object.status();
    take(*object);
    return absl::OkStatus();
  });
}

absl::Status PrintTable(std::string_view answer) {
  Table decision({{"ASKED"}, {"ANSWER"}});
  absl::Status status = ForEachObject(answer, "steps", [&decision](const query::JsonValue& step) {
    decision.AddRow({TextOf(step, "asked"), TextOf(step, "answer")});
  });
  if (!status.ok()) return status;
  decision.AddRow({"outcome", query::UnescapeJsonString(MemberText(answer, "outcome"))});
  decision.Print(stdout);
  Print("\n");
  Table resources({{"KEY"}, {"FORMAT"}, {"KIND"}, {"LINES"}, {"LOCATION"}, {"NOTE"}});
  status = ForEachObject(answer, "resources", [&resources](const query::JsonValue& resource) {
    const std::string type = TextOf(resource, "type");
    resources.AddRow({TextOf(resource, "key"), TextOf(resource, "format"),
                      type.empty() ? TextOf(resource, "kind") : type, LinesText(resource), TextOf(resource, "location"),
                      IsTrue(resource, "duplicate") ? "duplicate" : ""});
  });
  resources.Print(stdout);
  return status;
}

absl::Status PrintNames(std::string_view answer) {
  return ForEachObject(answer, "resources",
                       [](const query::JsonValue& resource) { Print(storage::Concat(TextOf(resource, "key"), "\n")); });
}

absl::Status RunExplain(const ExplainFlags& flags) {
  auto answers = OpenAnswers(flags.read);
  if (!answers.ok()) return answers.status();
  auto repository = (*answers)->RepositoryInPath(flags.read.repository);
  if (!repository.ok()) return repository.status();
  Question question{.segments = {"v1", "repositories", *repository, "explain"}};
  question.Add("path", flags.path);
  AddPositionParameters(flags.read, question.parameters);
  auto answer = (*answers)->Ask(question);
  if (!answer.ok()) return answer.status();
  const OutputFormat format = OutputFormatOf(flags.read.output);
  if (format == OutputFormat::kTable) return PrintTable(*answer);
  return format == OutputFormat::kName ? PrintNames(*answer) : PrintDocument(*answer, format);
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
