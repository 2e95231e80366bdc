#include <array>
#include <memory>
#include <utility>

#include "storage/base/concat.h"
#include "tools/setpoint/answers.h"
#include "tools/setpoint/change_flags.h"
#include "tools/setpoint/json_text.h"
#include "tools/setpoint/list_output.h"
#include "tools/setpoint/read_flags.h"
#include "tools/setpoint/verbs.h"

namespace setpoint::tools {
namespace {

struct LogFlags {
  ReadFlags read;
  ChangeFlags asked;
  std::string operation;
  bool all_timelines = false;
  bool changes = false;
};

constexpr char kExamples[] =
    R"help(Entries, newest first: what happened to the branch, one entry a commit, reset or other step. CHANGES counts resources
created (+), updated (~), moved (>), deleted (-) and failed to decode (!).

Examples:
  setpoint log --limit 10
  setpoint log --at release-1.2 --since '2 weeks ago' --author ada
  setpoint log --path clusters/prod/ --operation deleted
  setpoint log --operation reset                    the force-pushes
  setpoint log --signed bad --all-timelines
  setpoint log --field '/spec/template/spec/containers/*/image' --environment prod
  setpoint log --at r120 --limit 1 --changes -o json)help";

// "+3 ~2 >1 -1 !1"
std::string CountText(const query::JsonValue& entry) {
  constexpr std::array<std::pair<std::string_view, char>, 5> kSigns = {
      {{"created", '+'}, {"updated", '~'}, {"moved", '>'}, {"deleted", '-'}, {"decode_failed", '!'}}};
  const query::JsonValue* const changes = entry.Find("changes");
  if (changes == nullptr) return "";
  std::string text;
  for (const auto& [operation, sign] : kSigns) {
    const std::string count = TextOf(*changes, operation);
    if (!count.empty()) text += storage::Concat(text.empty() ? "" : " ", std::string(1, sign), count);
  }
  return text;
}

Colour ColourOfCause(std::string_view cause) {
  if (cause == "reset" || cause == "ref_deleted") return Colour::kBad;
  return cause == "commit" ? Colour::kPlain : Colour::kFaint;
}

std::vector<Cell> Row(const query::JsonValue& entry) {
  const std::string cause = TextOf(entry, "operation");
  return {RevisionText(entry, "revision"),
          TextOf(entry, "timeline"),
          ShortCommit(entry),
          TextOf(entry, "committed"),
          AuthorName(entry),
          {cause, ColourOfCause(cause)},
          CountText(entry),
          TextOf(entry, "message")};
}

absl::Status RunLog(const LogFlags& flags) {
  auto answers = OpenAnswers(flags.read);
  if (!answers.ok()) return answers.status();
  const OutputFormat format = OutputFormatOf(flags.read.output);
  ListQuestion list{.question = {.segments = {"v1", "log"}}, .list = "entries", .limit = flags.read.limit};
  Question& question = list.question;
  question.Add("repo", flags.read.repository);
  AddPositionParameters(flags.read, question.parameters);
  AddChangeParameters(flags.asked, question.parameters);
  question.Add("operation", flags.operation);
  if (flags.all_timelines) question.Add("all_timelines", "true");
  const bool is_document = format == OutputFormat::kJson || format == OutputFormat::kYaml;
  if (flags.changes && is_document) question.Add("changes", "true");
  return PrintList(**answers, list, format,
                   {.columns = {{"REVISION", Alignment::kRight},
                                {"TIMELINE"},
                                {"COMMIT"},
                                {"COMMITTED"},
                                {"AUTHOR"},
                                {"OPERATION"},
                                {"CHANGES"},
                                {"MESSAGE"}},
                    .row = Row,
                    .name = [](const query::JsonValue& entry) { return RevisionText(entry, "revision"); }});
}

}  // namespace

void AddLog(CLI::App& app, Context& context) {
  // Shared with the callback, which outlives this call.
  const auto flags = std::make_shared<LogFlags>();
  CLI::App* verb = app.add_subcommand("log", "Show the entries of a branch, newest first");
  AddRepositoryFlags(*verb, flags->read);
  AddPositionFlags(*verb, flags->read);
  AddOutputFlag(*verb, OutputForms::kCommon, flags->read.output);
  AddLimitFlag(*verb, flags->read);
  AddChangeFlags(*verb, flags->asked);
  verb->add_option("--operation", flags->operation,
                   "A change of this operation (created, updated, moved, deleted, decode_failed), or an entry of this "
                   "cause (commit, advance, reset, ref_created, ref_deleted, redecoded, healed)")
      ->type_name("WORD");
  verb->add_flag("--all-timelines", flags->all_timelines, "Entries of every branch and side branch, not of one");
  verb->add_flag("--changes", flags->changes, "With -o json or yaml: each change instead of their number");
  verb->footer(kExamples);
  verb->callback([flags, &context] { Finish(RunLog(*flags), context); });
}

}  // namespace setpoint::tools
