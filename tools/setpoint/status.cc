#include <charconv>
#include <memory>
#include <vector>

#include "query/json_value.h"
#include "storage/base/concat.h"
#include "tools/setpoint/answers.h"
#include "tools/setpoint/json_text.h"
#include "tools/setpoint/list_output.h"
#include "tools/setpoint/progress_bar.h"
#include "tools/setpoint/read_flags.h"
#include "tools/setpoint/table.h"
#include "tools/setpoint/verbs.h"

namespace setpoint::tools {
namespace {

constexpr char kExamples[] =
    R"help(Examples:
  setpoint status
  setpoint status -o json | jq .applied)help";

uint64_t NumberOf(const query::JsonValue& object, std::string_view name) {
  uint64_t number = 0;
  const query::JsonValue* member = object.Find(name);
  if (member != nullptr) std::from_chars(member->text.data(), member->text.data() + member->text.size(), number);
  return number;
}

void PrintRepositories(const query::JsonValue& status) {
  Table table({{"REPOSITORY"},
               {"DEFAULT BRANCH"},
               {"OWNED", Alignment::kRight},
               {"REVISION", Alignment::kRight},
               {"OBSERVED"},
               {"SOURCE"}});
  if (const query::JsonValue* repositories = status.Find("repositories")) {
    for (const query::JsonValue& each : repositories->items) {
      table.AddRow({TextOf(each, "name"), TextOf(each, "default"), Grouped(NumberOf(each, "owned_refs")),
                    NewestText(each), TextOf(each, "observed"), TextOf(each, "source")});
    }
  }
  table.Print(stdout);
}

// How a server follows them. What is wrong is said below the table, whole.
void PrintFollowing(const std::vector<query::JsonValue>& following) {
  Table table(
      {{"REPOSITORY"}, {"STATE"}, {"LAST LOOK"}, {"LAST SUCCESS"}, {"NEXT LOOK"}, {"BEHIND", Alignment::kRight}});
  for (const query::JsonValue& each : following) {
    const std::string phase = TextOf(each, "phase");
    table.AddRow({TextOf(each, "name"),
                  {phase, phase == "backing-off" ? Colour::kWarning : Colour::kPlain},
                  TextOf(each, "last_look"),
                  TextOf(each, "last_success"),
                  TextOf(each, "next_look"),
                  Grouped(NumberOf(each, "commits_behind"))});
  }
  table.Print(stdout);
  for (const query::JsonValue& each : following) {
    const std::string error = TextOf(each, "error");
    if (!error.empty()) Print(storage::Concat(TextOf(each, "name"), ": ", error, "\n"));
  }
}

// `setpoint consumers` tells more of them.
void PrintConsumers(const std::vector<query::JsonValue>& consumers) {
  Table table({{"CONSUMER"}, {"CURSOR"}, {"BEHIND", Alignment::kRight}, {"SECONDS", Alignment::kRight}});
  for (const query::JsonValue& each : consumers) {
    const query::JsonValue* const lag = each.Find("lag");
    const bool has_lag = lag != nullptr && !lag->IsScalar();
    table.AddRow({TextOf(each, "name"), TextOf(each, "cursor"), has_lag ? Grouped(NumberOf(*lag, "revisions")) : "",
                  has_lag ? Grouped(NumberOf(*lag, "seconds")) : ""});
  }
  table.Print(stdout);
}

void PrintTable(const query::JsonValue& status) {
  Table table({{"STORE"}, {""}});
  table.AddRow({"newest revision", RevisionText(status, "applied")});
  table.AddRow({"timelines", Grouped(NumberOf(status, "timelines"))});
  table.AddRow({"paths ever", Grouped(NumberOf(status, "paths"))});
  table.AddRow({"resources ever", Grouped(NumberOf(status, "resources"))});
  table.AddRow({"bytes", Grouped(NumberOf(status, "bytes"))});
  if (const query::JsonValue* families = status.Find("families")) {
    for (const query::JsonMember& member : families->members) {
      const std::string name = query::UnescapeJsonString(member.key);
      const uint64_t bytes = NumberOf(*families, name);
      if (bytes == 0) continue;
      table.AddRow({{storage::Concat("  ", name), Colour::kFaint}, {Grouped(bytes), Colour::kFaint}});
    }
  }
  table.Print(stdout);
  Print("\n");
  PrintRepositories(status);
  const query::JsonValue* const following = status.Find("following");
  if (following != nullptr && !following->items.empty()) {
    Print("\n");
    PrintFollowing(following->items);
  }
  const query::JsonValue* const consumers = status.Find("consumers");
  if (consumers == nullptr || consumers->items.empty()) return;
  Print("\n");
  PrintConsumers(consumers->items);
}

absl::Status RunStatus(const ReadFlags& flags) {
  auto answers = OpenAnswers(flags);
  if (!answers.ok()) return answers.status();
  auto answer = (*answers)->Ask({.segments = {"v1", "status"}});
  if (!answer.ok()) return answer.status();
  const OutputFormat format = OutputFormatOf(flags.output);
  if (format == OutputFormat::kJson || format == OutputFormat::kYaml) return PrintDocument(*answer, format);
  const auto status = query::ParseJson(*answer);
  if (!status.ok()) return status.status();
  if (format == OutputFormat::kName) {
    Print(storage::Concat(RevisionText(*status, "applied"), "\n"));
  } else {
    PrintTable(*status);
  }
  return absl::OkStatus();
}

}  // namespace

void AddStatus(CLI::App& app, Context& context) {
  // Shared with the callback, which outlives this call.
  const auto flags = std::make_shared<ReadFlags>();
  CLI::App* verb = app.add_subcommand("status", "Show what the store holds and how far it is");
  AddDoorFlags(*verb, *flags);
  AddOutputFlag(*verb, OutputForms::kCommon, flags->output);
  verb->footer(kExamples);
  verb->callback([flags, &context] { Finish(RunStatus(*flags), context); });
}

}  // namespace setpoint::tools
