#include <memory>

#include "storage/base/concat.h"
#include "tools/setpoint/answers.h"
#include "tools/setpoint/json_text.h"
#include "tools/setpoint/list_output.h"
#include "tools/setpoint/read_flags.h"
#include "tools/setpoint/terminal.h"
#include "tools/setpoint/verbs.h"

namespace setpoint::tools {
namespace {

constexpr size_t kChangedColumnsMax = 48;

struct HistoryFlags {
  ReadFlags read;
  std::string key;
  bool timeline = false;
};

constexpr char kExamples[] =
    R"help(Every version that the resource ever had, newest first, through moves and merges: each with the commit that wrote it.
`landed` is the revision by which it reached the branch that is read. --timeline lists instead what the branch itself
showed, in its own order, resets included.

Examples:
  setpoint history 'apps/web.yaml#Deployment.apps/shop/web'
  setpoint history 'apps/web.yaml#Deployment.apps/shop/web' --at release-1.2 --limit 5
  setpoint history 'envs/prod.json#Data' -o json | jq -r '.[] | "\(.committed) \(.author) \(.fields)"')help";

std::string Changed(const query::JsonValue& version) {
  if (const std::string from = TextOf(version, "moved_from"); !from.empty()) return storage::Concat("from ", from);
  if (const std::string to = TextOf(version, "moved_to"); !to.empty()) return storage::Concat("to ", to);
  std::string text;
  if (const query::JsonValue* fields = version.Find("fields")) {
    for (const query::JsonValue& field : fields->items) {
      text += storage::Concat(text.empty() ? "" : " ", field.Scalar());
    }
  }
  return text;
}

std::vector<Cell> Row(const query::JsonValue& version) {
  const std::string operation = TextOf(version, "operation");
  return {RevisionText(version, "revision"),
          RevisionText(version, "landed"),
          ShortCommit(version),
          TextOf(version, "committed"),
          AuthorName(version),
          {operation, ColourOfOperation(operation)},
          CutToWidth(Printable(Changed(version)), kChangedColumnsMax),
          TextOf(version, "message")};
}

absl::Status RunHistory(const HistoryFlags& flags) {
  auto answers = OpenAnswers(flags.read);
  if (!answers.ok()) return answers.status();
  auto repository = (*answers)->RepositoryInPath(flags.read.repository);
  if (!repository.ok()) return repository.status();
  ListQuestion list{.question = {.segments = {"v1", "repositories", *repository, "history"}},
                    .list = "versions",
                    .limit = flags.read.limit};
  list.question.parameters.emplace_back("key", flags.key);
  AddPositionParameters(flags.read, list.question.parameters);
  if (flags.timeline) list.question.Add("timeline", "true");
  return PrintList(**answers, list, OutputFormatOf(flags.read.output),
                   {.columns = {{"REVISION", Alignment::kRight},
                                {"LANDED", Alignment::kRight},
                                {"COMMIT"},
                                {"COMMITTED"},
                                {"AUTHOR"},
                                {"OPERATION"},
                                {"CHANGED"},
                                {"MESSAGE"}},
                    .row = Row,
                    .name = [](const query::JsonValue& version) { return RevisionText(version, "revision"); }});
}

}  // namespace

void AddHistory(CLI::App& app, Context& context) {
  // Shared with the callback, which outlives this call.
  const auto flags = std::make_shared<HistoryFlags>();
  CLI::App* verb = app.add_subcommand("history", "Show every version of one resource, newest first");
  verb->add_option("key", flags->key, "The resource's key")->required()->type_name("KEY");
  AddRepositoryFlags(*verb, flags->read);
  AddPositionFlags(*verb, flags->read);
  AddOutputFlag(*verb, OutputForms::kCommon, flags->read.output);
  AddLimitFlag(*verb, flags->read);
  verb->add_flag("--timeline", flags->timeline, "The versions that the branch read had, in its own order");
  verb->footer(kExamples);
  verb->callback([flags, &context] { Finish(RunHistory(*flags), context); });
}

}  // namespace setpoint::tools
