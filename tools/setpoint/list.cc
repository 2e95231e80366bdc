#include <memory>

#include "tools/setpoint/answers.h"
#include "tools/setpoint/json_text.h"
#include "tools/setpoint/list_output.h"
#include "tools/setpoint/read_flags.h"
#include "tools/setpoint/selector_flags.h"
#include "tools/setpoint/verbs.h"

namespace setpoint::tools {
namespace {

struct ListFlags {
  ReadFlags read;
  SelectorFlags selector;
  bool content = false;
  bool derived = false;
};

constexpr char kExamples[] =
    R"help(Examples:
  setpoint list                                     everything on the default branch
  setpoint list --kind Deployment --path clusters/prod/
  setpoint list --at v1.2 -o name                   the keys as of a tag, one a line
  setpoint list --at 'main@{2026-01-31}' --label 'app=web,tier in (front,back)'
  setpoint list --field /spec/replicas=3 -o json | jq -r '.[].path')help";

std::vector<Cell> Row(const query::JsonValue& resource) {
  return {TextOf(resource, "key"),
          TextOf(resource, "format"),
          RevisionText(resource, "revision"),
          ShortCommit(resource),
          {IsTrue(resource, "stale") ? "stale" : "", Colour::kWarning}};
}

absl::Status RunList(const ListFlags& flags) {
  if (auto selector = SelectorOf(flags.selector); !selector.ok()) return selector.status();
  auto answers = OpenAnswers(flags.read);
  if (!answers.ok()) return answers.status();
  const OutputFormat format = OutputFormatOf(flags.read.output);
  const bool is_document = format == OutputFormat::kJson || format == OutputFormat::kYaml;
  const bool with_content = flags.content && is_document;
  auto repository = (*answers)->RepositoryInPath(flags.read.repository);
  if (!repository.ok()) return repository.status();
  ListQuestion list{.question = {.segments = {"v1", "repositories", *repository, "resources"}},
                    .list = "resources",
                    .limit = flags.read.limit};
  AddPositionParameters(flags.read, list.question.parameters);
  AddSelectorParameters(flags.selector, list.question.parameters);
  if (with_content) list.question.Add("content", "true");
  if (flags.derived && is_document) list.question.Add("derived", "true");
  return PrintList(**answers, list, format,
                   {.columns = {{"KEY"}, {"FORMAT"}, {"REVISION", Alignment::kRight}, {"COMMIT"}, {"STATE"}},
                    .row = Row,
                    .name = [](const query::JsonValue& resource) { return TextOf(resource, "key"); }});
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
  verb->add_flag("--derived", flags->derived,
                 "With -o json or yaml: effective namespace, role, duplicates and warnings of each resource too");
  verb->footer(kExamples);
  verb->callback([flags, &context] { Finish(RunList(*flags), context); });
}

}  // namespace setpoint::tools
