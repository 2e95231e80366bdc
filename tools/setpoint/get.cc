#include <memory>

#include "query/json_value.h"
#include "query/yaml_writer.h"
#include "storage/base/concat.h"
#include "tools/setpoint/answers.h"
#include "tools/setpoint/json_parts.h"
#include "tools/setpoint/json_text.h"
#include "tools/setpoint/list_output.h"
#include "tools/setpoint/read_flags.h"
#include "tools/setpoint/table.h"
#include "tools/setpoint/verbs.h"

namespace setpoint::tools {
namespace {

struct GetFlags {
  ReadFlags read;
  std::string key;
  bool derived = false;
};

constexpr char kExamples[] =
    R"help(A key is SCOPE#IDENTITY as `setpoint list -o name` prints it; quote it, since # begins a comment in a shell.

Examples:
  setpoint get 'apps/web.yaml#Deployment.apps/shop/web'
  setpoint get 'apps/web.yaml#Deployment.apps/shop/web' --at v1.2 -o yaml
  setpoint get 'deploy.sh#File' -o raw              the file as written in Git
  setpoint get 'envs/prod.json#Data' --at 'main@{2026-01-31T12:00:00Z}' -o json)help";

absl::StatusOr<std::string> ContentYaml(std::string_view resource) {
  return query::YamlFromJson(MemberText(resource, "content"), query::YamlTags::kRestore);
}

// What a person wants to know first, then the content.
absl::Status PrintTable(std::string_view answer) {
  const auto resource = query::ParseJson(answer);
  if (!resource.ok()) return resource.status();
  auto yaml = ContentYaml(answer);
  if (!yaml.ok()) return yaml.status();
  const query::JsonValue* const version = resource->Find("version");
  if (version == nullptr) return absl::DataLossError("the answer does not say of which version it is");
  Table table({{"FIELD"}, {"VALUE"}});
  for (const char* name : {"key", "format", "path"}) table.AddRow({name, TextOf(*resource, name)});
  table.AddRow({"revision", RevisionText(*resource, "revision")});
  table.AddRow({"operation", TextOf(*version, "operation")});
  if (IsTrue(*resource, "stale")) {
    table.AddRow({"state", {"stale: its file does not decode; this is what last did", Colour::kWarning}});
  }
  if (const std::string commit = TextOf(*resource, "commit"); !commit.empty()) table.AddRow({"commit", commit});
  if (!TextOf(*version, "committed").empty()) {
    for (const char* name : {"author", "committed", "message"}) table.AddRow({name, TextOf(*version, name)});
  }
  table.Print(stdout);
  Print("\n");
  Print(*yaml);
  return absl::OkStatus();
}

absl::Status PrintAnswer(std::string_view answer, OutputFormat format) {
  switch (format) {
    case OutputFormat::kTable:
      return PrintTable(answer);
    case OutputFormat::kName:
      Print(storage::Concat(query::UnescapeJsonString(MemberText(answer, "key")), "\n"));
      return absl::OkStatus();
    case OutputFormat::kYaml: {
      auto yaml = ContentYaml(answer);
      if (!yaml.ok()) return yaml.status();
      Print(*yaml);
      return absl::OkStatus();
    }
    case OutputFormat::kRaw:
      Print(answer);
      return absl::OkStatus();
    case OutputFormat::kJson:
      return PrintDocument(answer, format);
  }
  return absl::OkStatus();
}

absl::Status RunGet(const GetFlags& flags) {
  const OutputFormat format = OutputFormatOf(flags.read.output);
  auto answers = OpenAnswers(flags.read);
  if (!answers.ok()) return answers.status();
  auto repository = (*answers)->RepositoryInPath(flags.read.repository);
  if (!repository.ok()) return repository.status();
  Question question{.segments = {"v1", "repositories", *repository, "resources", flags.key}};
  AddPositionParameters(flags.read, question.parameters);
  if (format == OutputFormat::kRaw) {
    question.Add("as", "raw");
    question.form = Question::Form::kText;
  }
  if (flags.derived && format == OutputFormat::kJson) question.Add("derived", "true");
  auto answer = (*answers)->Ask(question);
  if (!answer.ok()) return answer.status();
  return PrintAnswer(*answer, format);
}

}  // namespace

void AddGet(CLI::App& app, Context& context) {
  // Shared with the callback, which outlives this call.
  const auto flags = std::make_shared<GetFlags>();
  CLI::App* verb = app.add_subcommand("get", "Show one resource as it was at a position");
  verb->add_option("key", flags->key, "The resource's key")->required()->type_name("KEY");
  AddRepositoryFlags(*verb, flags->read);
  AddPositionFlags(*verb, flags->read);
  AddOutputFlag(*verb, OutputForms::kWithRaw, flags->read.output);
  verb->add_flag("--derived", flags->derived,
                 "With -o json: its effective namespace, role, duplicates and warnings too");
  verb->footer(kExamples);
  verb->callback([flags, &context] { Finish(RunGet(*flags), context); });
}

}  // namespace setpoint::tools
