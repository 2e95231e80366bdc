#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "tools/setpoint/answers.h"
#include "tools/setpoint/json_parts.h"
#include "tools/setpoint/json_text.h"
#include "tools/setpoint/list_output.h"
#include "tools/setpoint/read_flags.h"
#include "tools/setpoint/terminal.h"
#include "tools/setpoint/verbs.h"

namespace setpoint::tools {
namespace {

constexpr size_t kAuthorColumnsMax = 24;

struct BlameFlags {
  ReadFlags read;
  std::string key;
  std::string pointer;
  bool deleted = false;
};

constexpr char kExamples[] =
    R"help(Every field of the resource with the commit that gave it its present value, followed through moves, reformats and
merges to the commit that wrote it. `landed` is the revision by which that reached the branch that is read. List items
are followed by what names them (a container's name, a port's number), wherever they stand in their list.

Examples:
  setpoint blame 'apps/web.yaml#Deployment.apps/shop/web'
  setpoint blame 'apps/web.yaml#Deployment.apps/shop/web' /spec/template/spec/containers/0/image
  setpoint blame 'apps/web.yaml#Deployment.apps/shop/web' --deleted
  setpoint blame 'envs/prod.json#Data' /limits --at release-1.2 -o json)help";

// Whether a step is an index of a list. A member may be called so as well; then order is a matter of taste.
bool IsIndex(std::string_view step) {
  return !step.empty() && step.size() <= 9 &&
         std::all_of(step.begin(), step.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// The order in which a person reads a document: step by step, list items by their number. Answers come by bytes.
bool StandsBefore(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    a.remove_prefix(1);
    b.remove_prefix(1);
    const std::string_view left = a.substr(0, a.find('/'));
    const std::string_view right = b.substr(0, b.find('/'));
    if (left != right) {
      if (IsIndex(left) && IsIndex(right) && left.size() != right.size()) return left.size() < right.size();
      return left < right;
    }
    a.remove_prefix(left.size());
    b.remove_prefix(right.size());
  }
  return a.empty() && !b.empty();
}

std::vector<Cell> Row(const query::JsonValue& field) {
  const query::JsonValue* const value = field.Find("value");
  return {RevisionText(field, "revision"),
          RevisionText(field, "landed"),
          ShortCommit(field),
          TextOf(field, "committed"),
          CutToWidth(Printable(AuthorName(field)), kAuthorColumnsMax),
          TextOf(field, "pointer"),
          value == nullptr ? "" : std::string(value->text)};
}

ListLook Look() {
  return {.columns = {{"REVISION", Alignment::kRight},
                      {"LANDED", Alignment::kRight},
                      {"COMMIT"},
                      {"COMMITTED"},
                      {"AUTHOR"},
                      {"FIELD"},
                      {"VALUE"}},
          .row = Row,
          .name = [](const query::JsonValue& field) { return TextOf(field, "pointer"); }};
}

absl::Status PrintTable(Answers& answers, const ListQuestion& list) {
  std::vector<std::pair<std::string, std::string>> fields;  // By pointer.
  absl::Status status = ForEachAnswer(answers, list, [&fields](std::string_view field) {
    fields.emplace_back(query::UnescapeJsonString(MemberText(field, "pointer")), field);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  std::sort(fields.begin(), fields.end(), [](const auto& a, const auto& b) { return StandsBefore(a.first, b.first); });
  ListOutput output(OutputFormat::kTable, Look());
  for (const auto& [pointer, field] : fields) {
    if (status = output.Add(field); !status.ok()) return status;
  }
  return output.Finish();
}

absl::Status RunBlame(const BlameFlags& flags) {
  auto answers = OpenAnswers(flags.read);
  if (!answers.ok()) return answers.status();
  auto repository = (*answers)->RepositoryInPath(flags.read.repository);
  if (!repository.ok()) return repository.status();
  ListQuestion list{
      .question = {.segments = {"v1", "repositories", *repository, "blame"}}, .list = "fields", .page_max = 0};
  list.question.parameters.emplace_back("key", flags.key);
  list.question.Add("pointer", flags.pointer);
  if (flags.deleted) list.question.Add("deleted", "true");
  AddPositionParameters(flags.read, list.question.parameters);
  const OutputFormat format = OutputFormatOf(flags.read.output);
  if (format == OutputFormat::kTable) return PrintTable(**answers, list);
  return PrintList(**answers, list, format, Look());
}

}  // namespace

void AddBlame(CLI::App& app, Context& context) {
  // Shared with the callback, which outlives this call.
  const auto flags = std::make_shared<BlameFlags>();
  CLI::App* verb = app.add_subcommand("blame", "Show who gave each field of a resource its present value");
  verb->add_option("key", flags->key, "The resource's key")->required()->type_name("KEY");
  verb->add_option("pointer", flags->pointer, "Only this field and what lies below it, as a JSON pointer")
      ->type_name("POINTER");
  verb->add_flag("--deleted", flags->deleted, "The fields that are no more: their last values, and who removed them");
  AddRepositoryFlags(*verb, flags->read);
  AddPositionFlags(*verb, flags->read);
  AddOutputFlag(*verb, OutputForms::kCommon, flags->read.output);
  verb->footer(kExamples);
  verb->callback([flags, &context] { Finish(RunBlame(*flags), context); });
}

}  // namespace setpoint::tools
