#include <memory>

#include "tools/setpoint/answers.h"
#include "tools/setpoint/json_text.h"
#include "tools/setpoint/list_output.h"
#include "tools/setpoint/read_flags.h"
#include "tools/setpoint/verbs.h"

namespace setpoint::tools {
namespace {

constexpr char kExamples[] =
    R"help(Examples:
  setpoint repositories
  setpoint repositories -o name)help";

absl::Status RunRepositories(const ReadFlags& flags) {
  auto answers = OpenAnswers(flags);
  if (!answers.ok()) return answers.status();
  const ListQuestion list{.question = {.segments = {"v1", "repositories"}}, .list = "repositories"};
  return PrintList(
      **answers, list, OutputFormatOf(flags.output),
      {.columns = {{"NAME"}, {"DEFAULT BRANCH"}, {"REVISION", Alignment::kRight}, {"OBSERVED"}, {"SOURCE"}},
       .row = [](const query::JsonValue& each) -> std::vector<Cell> {
         return {TextOf(each, "name"), TextOf(each, "default"), NewestText(each), TextOf(each, "observed"),
                 TextOf(each, "source")};
       },
       .name = [](const query::JsonValue& each) { return TextOf(each, "name"); }});
}

}  // namespace

void AddRepositories(CLI::App& app, Context& context) {
  // Shared with the callback, which outlives this call.
  const auto flags = std::make_shared<ReadFlags>();
  CLI::App* verb = app.add_subcommand("repositories", "Show the repositories that the store follows");
  AddDoorFlags(*verb, *flags);
  AddOutputFlag(*verb, OutputForms::kCommon, flags->output);
  verb->footer(kExamples);
  verb->callback([flags, &context] { Finish(RunRepositories(*flags), context); });
}

}  // namespace setpoint::tools
