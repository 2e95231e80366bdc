#include "tools/setpoint/appearances.h"

#include <utility>

#include "query/json_value.h"
#include "storage/base/concat.h"
#include "tools/setpoint/json_text.h"
#include "tools/setpoint/list_output.h"
#include "tools/setpoint/output.h"
#include "tools/setpoint/table.h"

namespace setpoint::tools {
namespace {

bool IsObject(const query::JsonValue* value) {
  return value != nullptr && value->kind == query::JsonValue::Kind::kObject;
}

// When the timeline had it: with the merge that brought it, where one did.
std::string TimeOf(const query::JsonValue& moment) {
  const query::JsonValue* const merge = moment.Find("landed_by");
  return TextOf(IsObject(merge) ? *merge : moment, "committed");
}

void AddMoment(const query::JsonValue* moment, std::vector<Cell>& row) {
  if (!IsObject(moment)) {
    for (int cells = 0; cells < 4; ++cells) row.emplace_back("");
    return;
  }
  row.emplace_back(RevisionText(*moment, "landed"));
  row.emplace_back(TimeOf(*moment));
  row.emplace_back(ShortCommit(*moment));
  row.emplace_back(AuthorName(*moment));
}

std::vector<Cell> Row(const query::JsonValue& appearance) {
  std::vector<Cell> row;
  AddMoment(appearance.Find("came"), row);
  AddMoment(appearance.Find("left"), row);
  row.emplace_back(TextOf(appearance, "key"));
  return row;
}

ListLook Look() {
  return {.columns = {{"CAME", Alignment::kRight},
                      {"WHEN"},
                      {"COMMIT"},
                      {"AUTHOR"},
                      {"LEFT", Alignment::kRight},
                      {"WHEN"},
                      {"COMMIT"},
                      {"AUTHOR"},
                      {"RESOURCE"}},
          .row = Row,
          .name = [](const query::JsonValue& appearance) { return TextOf(appearance, "key"); }};
}

std::string Who(const query::JsonValue& moment) {
  return storage::Concat(TimeOf(moment), " by ", AuthorName(moment), " (", ShortCommit(moment), ")");
}

// One line of the member `summary`.
absl::StatusOr<std::string> SummaryLine(const std::string& summary) {
  const auto value = query::ParseJson(summary);
  if (!value.ok()) return value.status();
  const query::JsonValue* const first = value->Find("first");
  if (!IsObject(first)) return std::string("it never stood there\n");
  const query::JsonValue* const gone = value->Find("gone");
  const std::string since =
      IsObject(gone) ? storage::Concat("gone since ", Who(*gone))
                     : storage::Concat("there now: ", TextOf(*value, "present"), " of ", TextOf(*value, "appearances"));
  return storage::Concat("first ", Who(*first), "; ", since, "\n");
}

}  // namespace

absl::Status PrintAppearances(Answers& answers, const ReadFlags& read, const ChangeFlags& changes,
                              const std::string& operation) {
  if (!operation.empty()) return absl::InvalidArgumentError("--appearances and --operation do not go together");
  ListQuestion list{.question = {.segments = {"v1", "appearances"}}, .list = "appearances", .limit = read.limit};
  list.question.Add("repo", read.repository);
  AddPositionParameters(read, list.question.parameters);
  AddChangeParameters(changes, list.question.parameters);
  std::string summary;
  list.others = [&summary](const std::string& name, std::string_view value) {
    if (name == "summary") summary = value;
  };
  const OutputFormat format = OutputFormatOf(read.output);
  if (format == OutputFormat::kJson || format == OutputFormat::kYaml) {
    std::string all;
    absl::Status status = ForEachAnswer(answers, list, [&all](std::string_view appearance) {
      all += storage::Concat(all.empty() ? "" : ",", appearance);
      return absl::OkStatus();
    });
    if (!status.ok()) return status;
    return PrintDocument(storage::Concat("{\"summary\":", summary, ",\"appearances\":[", all, "]}"), format);
  }
  absl::Status status = PrintList(answers, list, format, Look());
  if (!status.ok() || format != OutputFormat::kTable) return status;
  auto line = SummaryLine(summary);
  if (!line.ok()) return line.status();
  Print(*line);
  return absl::OkStatus();
}

}  // namespace setpoint::tools
