#include <memory>

#include "query/json_writer.h"
#include "storage/base/concat.h"
#include "storage/ingest/verify.h"
#include "tools/setpoint/data_directory.h"
#include "tools/setpoint/output.h"
#include "tools/setpoint/progress_bar.h"
#include "tools/setpoint/verbs.h"

namespace setpoint::tools {
namespace {

struct VerifyFlags {
  std::string data;
  std::string output;
  bool no_git = false;
};

constexpr char kExamples[] =
    R"help(Recomputes the hash chain of the log, the digest of every content, text and object, every row of every projection, and,
where the mirror has the objects, the changes of every entry from Git. Exit code 0: sound; 1: not, each problem in a line.

Examples:
  setpoint verify
  setpoint verify --no-git                          without deriving the changes again)help";

std::string ToJson(const storage::VerifyReport& report) {
  query::JsonWriter json;
  json.BeginObject().Member("sound", report.problems.empty()).Member("entries", report.entries);
  json.Member("contents", report.contents).Member("texts", report.texts).Member("objects", report.objects);
  json.Member("rows", report.rows).Member("states", report.states).Key("problems").BeginArray();
  for (const std::string& problem : report.problems) json.String(problem);
  json.EndArray().EndObject();
  return json.Take();
}

void PrintReport(const storage::VerifyReport& report) {
  for (const std::string& problem : report.problems) Print(storage::Concat(problem, "\n"));
  Print(storage::Concat(report.problems.empty() ? "sound: " : "DAMAGED: ", Grouped(report.entries), " entries, ",
                        Grouped(report.contents), " contents, ", Grouped(report.texts), " texts, ",
                        Grouped(report.objects), " objects, ", Grouped(report.rows), " rows and ",
                        Grouped(report.states), " states from Git compared\n"));
}

absl::Status RunVerify(const VerifyFlags& flags, Context& context) {
  auto database = OpenForReading(flags.data);
  if (!database.ok()) return database.status();
  ProgressBar bar("verifying");
  auto report = storage::Verify(**database, {.from_git = !flags.no_git, .progress = bar.EntryProgress()});
  bar.Clear();
  if (!report.ok()) return report.status();
  const OutputFormat format = OutputFormatOf(flags.output);
  if (format == OutputFormat::kJson || format == OutputFormat::kYaml) {
    absl::Status status = PrintDocument(ToJson(*report), format);
    if (!status.ok()) return status;
  } else {
    PrintReport(*report);
  }
  if (!report->problems.empty()) context.exit_code = kNotFoundOrFailed;
  return absl::OkStatus();
}

}  // namespace

void AddVerify(CLI::App& app, Context& context) {
  // Shared with the callback, which outlives this call.
  const auto flags = std::make_shared<VerifyFlags>();
  CLI::App* verb = app.add_subcommand("verify", "Check that the store is what its log says");
  AddDataFlag(*verb, flags->data);
  AddOutputFlag(*verb, OutputForms::kCommon, flags->output);
  verb->add_flag("--no-git", flags->no_git, "Do not derive the changes again from Git");
  verb->footer(kExamples);
  verb->callback([flags, &context] {
    const absl::Status status = RunVerify(*flags, context);
    if (!status.ok()) Finish(status, context);
  });
}

}  // namespace setpoint::tools
