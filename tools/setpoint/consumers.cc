#include <memory>
#include <utility>

#include "storage/base/concat.h"
#include "tools/setpoint/answers.h"
#include "tools/setpoint/json_text.h"
#include "tools/setpoint/list_output.h"
#include "tools/setpoint/read_flags.h"
#include "tools/setpoint/verbs.h"

namespace setpoint::tools {
namespace {

struct ConsumersFlags {
  ReadFlags read;
  std::string seen;
};

constexpr char kExamples[] =
    R"help(Who watches under a name (`setpoint watch --consumer NAME`), and up to where each has acknowledged. BEHIND are the entries
of its refs after that, SECONDS how long the oldest of them has been there.

Examples:
  setpoint consumers
  setpoint consumers --seen 5a17c41185              who has applied this commit, and who has not
  setpoint consumers -o json | jq '.[] | select(.lag.seconds > 60) | .name')help";

// "12"; "512+" where there are more than were counted.
std::string BehindText(const query::JsonValue& lag) {
  return storage::Concat(TextOf(lag, "revisions"), IsTrue(lag, "at_least") ? "+" : "");
}

std::vector<Cell> Row(const query::JsonValue& consumer, bool with_seen) {
  const query::JsonValue* const lag = consumer.Find("lag");
  const bool has_lag = lag != nullptr && !lag->IsScalar();
  std::vector<Cell> row = {TextOf(consumer, "name"), TextOf(consumer, "repository"), TextOf(consumer, "cursor"),
                           has_lag ? BehindText(*lag) : "", has_lag ? TextOf(*lag, "seconds") : ""};
  if (with_seen) {
    const bool seen = IsTrue(consumer, "seen");
    row.emplace_back(seen ? "seen" : "not yet", seen ? Colour::kGood : Colour::kWarning);
  }
  return row;
}

ListLook LookOf(bool with_seen) {
  std::vector<Column> columns = {
      {"CONSUMER"}, {"REPOSITORY"}, {"CURSOR"}, {"BEHIND", Alignment::kRight}, {"SECONDS", Alignment::kRight}};
  if (with_seen) columns.push_back({"COMMIT"});
  return {.columns = std::move(columns),
          .row = [with_seen](const query::JsonValue& consumer) { return Row(consumer, with_seen); },
          .name = [](const query::JsonValue& consumer) { return TextOf(consumer, "name"); }};
}

absl::Status RunConsumers(const ConsumersFlags& flags) {
  auto answers = OpenAnswers(flags.read);
  if (!answers.ok()) return answers.status();
  ListQuestion list{.question = {.segments = {"v1", "consumers"}}, .list = "consumers", .page_max = 0};
  list.question.Add("repo", flags.read.repository);
  list.question.Add("seen", flags.seen);
  return PrintList(**answers, list, OutputFormatOf(flags.read.output), LookOf(!flags.seen.empty()));
}

}  // namespace

void AddConsumers(CLI::App& app, Context& context) {
  // Shared with the callback, which outlives this call.
  const auto flags = std::make_shared<ConsumersFlags>();
  CLI::App* verb = app.add_subcommand("consumers", "Show who watches under a name, and how far each is");
  AddDoorFlags(*verb, flags->read);
  verb->add_option("--repo", flags->read.repository, "Only those that watch this repository")->type_name("NAME");
  verb->add_option("--seen", flags->seen, "Say of each whether it has acknowledged this commit")->type_name("COMMIT");
  AddOutputFlag(*verb, OutputForms::kCommon, flags->read.output);
  verb->footer(kExamples);
  verb->callback([flags, &context] { Finish(RunConsumers(*flags), context); });
}

}  // namespace setpoint::tools
