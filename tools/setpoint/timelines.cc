#include <memory>

#include "storage/base/concat.h"
#include "tools/setpoint/answers.h"
#include "tools/setpoint/json_text.h"
#include "tools/setpoint/list_output.h"
#include "tools/setpoint/read_flags.h"
#include "tools/setpoint/verbs.h"

namespace setpoint::tools {
namespace {

struct TimelinesFlags {
  ReadFlags read;
  bool all = false;
};

constexpr char kExamples[] =
    R"help(Each owned ref has one timeline for ever; the commits of side branches stand on anonymous ones (~1, ~2 …), which --all
shows too. BASE is where a timeline forks.

Examples:
  setpoint timelines
  setpoint timelines --all --repo infra)help";

std::string ForkText(const query::JsonValue& timeline) {
  const query::JsonValue* const base = timeline.Find("base");
  if (base == nullptr || base->IsScalar()) return "";
  return storage::Concat(TextOf(*base, "timeline"), "@{", RevisionText(*base, "revision"), "}");
}

std::vector<Cell> Row(const query::JsonValue& timeline) {
  return {TextOf(timeline, "timeline"),
          RevisionText(timeline, "first"),
          RevisionText(timeline, "last"),
          ShortCommit(timeline),
          ForkText(timeline),
          {IsTrue(timeline, "gone") ? "gone" : "", Colour::kWarning}};
}

absl::Status RunTimelines(const TimelinesFlags& flags) {
  auto answers = OpenAnswers(flags.read);
  if (!answers.ok()) return answers.status();
  ListQuestion list{.question = {.segments = {"v1", "timelines"}}, .list = "timelines"};
  list.question.Add("repo", flags.read.repository);
  if (flags.all) list.question.Add("all", "true");
  return PrintList(
      **answers, list, OutputFormatOf(flags.read.output),
      {.columns =
           {{"TIMELINE"}, {"FIRST", Alignment::kRight}, {"LAST", Alignment::kRight}, {"COMMIT"}, {"BASE"}, {"STATE"}},
       .row = Row,
       .name = [](const query::JsonValue& timeline) { return TextOf(timeline, "timeline"); }});
}

}  // namespace

void AddTimelines(CLI::App& app, Context& context) {
  // Shared with the callback, which outlives this call.
  const auto flags = std::make_shared<TimelinesFlags>();
  CLI::App* verb = app.add_subcommand("timelines", "Show the timelines, and where each begins and stands");
  AddRepositoryFlags(*verb, flags->read);
  AddOutputFlag(*verb, OutputForms::kCommon, flags->read.output);
  verb->add_flag("--all", flags->all, "Anonymous timelines too");
  verb->footer(kExamples);
  verb->callback([flags, &context] { Finish(RunTimelines(*flags), context); });
}

}  // namespace setpoint::tools
