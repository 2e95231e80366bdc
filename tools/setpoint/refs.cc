#include <memory>

#include "tools/setpoint/answers.h"
#include "tools/setpoint/json_text.h"
#include "tools/setpoint/list_output.h"
#include "tools/setpoint/read_flags.h"
#include "tools/setpoint/verbs.h"

namespace setpoint::tools {
namespace {

constexpr char kExamples[] =
    R"help(An owned ref has a timeline of its own for ever, and can be watched; a pointing one (tags, as a rule) only names a
commit. Which refs are owned is set by `setpoint ingest SOURCE --ref PATTERN`.

Examples:
  setpoint refs
  setpoint refs -o json | jq -r '.[] | select(.owned) | .ref')help";

std::vector<Cell> Row(const query::JsonValue& ref) {
  const bool gone = IsTrue(ref, "gone");
  std::string state = IsTrue(ref, "owned") ? "owned" : "pointing";
  if (IsTrue(ref, "default")) state = "owned, default";
  if (gone) state = "gone";
  return {TextOf(ref, "ref"),
          {state, gone ? Colour::kWarning : Colour::kPlain},
          RevisionText(ref, "revision"),
          TextOf(ref, "commit")};
}

absl::Status RunRefs(const ReadFlags& flags) {
  auto answers = OpenAnswers(flags);
  if (!answers.ok()) return answers.status();
  auto repository = (*answers)->RepositoryInPath(flags.repository);
  if (!repository.ok()) return repository.status();
  const ListQuestion list{.question = {.segments = {"v1", "repositories", *repository, "refs"}}, .list = "refs"};
  return PrintList(**answers, list, OutputFormatOf(flags.output),
                   {.columns = {{"REF"}, {"STATE"}, {"REVISION", Alignment::kRight}, {"COMMIT"}},
                    .row = Row,
                    .name = [](const query::JsonValue& ref) { return TextOf(ref, "ref"); }});
}

}  // namespace

void AddRefs(CLI::App& app, Context& context) {
  // Shared with the callback, which outlives this call.
  const auto flags = std::make_shared<ReadFlags>();
  CLI::App* verb = app.add_subcommand("refs", "Show the refs that are followed, and where each stands");
  AddRepositoryFlags(*verb, *flags);
  AddOutputFlag(*verb, OutputForms::kCommon, flags->output);
  verb->footer(kExamples);
  verb->callback([flags, &context] { Finish(RunRefs(*flags), context); });
}

}  // namespace setpoint::tools
