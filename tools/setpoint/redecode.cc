#include <memory>

#include "query/json_writer.h"
#include "storage/base/concat.h"
#include "storage/ingest/redecode.h"
#include "tools/setpoint/data_directory.h"
#include "tools/setpoint/output.h"
#include "tools/setpoint/progress_bar.h"
#include "tools/setpoint/table.h"
#include "tools/setpoint/verbs.h"

namespace setpoint::tools {
namespace {

struct RedecodeFlags {
  std::string data;
  std::string output;
};

constexpr char kExamples[] =
    R"help(A newer setpoint knows more formats, or reads one better. Every ref that is followed and whose state an older one decoded
gets one `redecoded` entry: the same commit, with what the same files become now, from the texts that the store keeps. Git
is not needed, positions before that entry answer as they did, and nobody is blamed for it. Without this verb each ref is
carried over before its next commit.

Examples:
  setpoint redecode
  setpoint redecode -o json)help";

std::string ToJson(const storage::RedecodeReport& report) {
  query::JsonWriter json;
  json.BeginObject().Member("decoder_version", uint64_t{storage::kDecoderVersion}).Member("current", report.current);
  json.Key("refs").BeginArray();
  for (const storage::RedecodedRef& ref : report.refs) {
    json.BeginObject().Member("repository", ref.repository).Member("ref", ref.ref);
    json.Member("revision", ref.revision.value).Member("commit", ref.commit.Hex()).Member("created", ref.created);
    json.Member("updated", ref.updated).Member("moved", ref.moved).Member("deleted", ref.deleted);
    json.Member("decode_failed", ref.failed).EndObject();
  }
  json.EndArray().EndObject();
  return json.Take();
}

void PrintReport(const storage::RedecodeReport& report) {
  if (report.refs.empty()) {
    Print(storage::Concat("nothing to do: ", Grouped(report.current), " refs stand at decoder version ",
                          storage::kDecoderVersion, "\n"));
    return;
  }
  Table table({{"REPOSITORY"}, {"REF"}, {"REVISION"}, {"CREATED"}, {"UPDATED"}, {"MOVED"}, {"DELETED"}, {"FAILED"}});
  for (const storage::RedecodedRef& ref : report.refs) {
    table.AddRow({ref.repository, ref.ref, storage::Concat("r", ref.revision.value), Grouped(ref.created),
                  Grouped(ref.updated), Grouped(ref.moved), Grouped(ref.deleted), Grouped(ref.failed)});
  }
  table.Print(stdout);
}

absl::Status RunRedecode(const RedecodeFlags& flags) {
  auto database = OpenForWriting(flags.data, storage::OpenMode::kReadWrite);
  if (!database.ok()) return database.status();
  ProgressBar bar("decoding again");
  auto report = storage::Redecode(**database, {.progress = bar.EntryProgress()});
  bar.Clear();
  if (!report.ok()) return report.status();
  const OutputFormat format = OutputFormatOf(flags.output);
  if (format == OutputFormat::kJson || format == OutputFormat::kYaml) return PrintDocument(ToJson(*report), format);
  PrintReport(*report);
  return absl::OkStatus();
}

}  // namespace

void AddRedecode(CLI::App& app, Context& context) {
  // Shared with the callback, which outlives this call.
  const auto flags = std::make_shared<RedecodeFlags>();
  CLI::App* verb = app.add_subcommand("redecode", "Carry a store over to newer decoders, without Git");
  AddDataFlag(*verb, flags->data);
  AddOutputFlag(*verb, OutputForms::kCommon, flags->output);
  verb->footer(kExamples);
  verb->callback([flags, &context] { Finish(RunRedecode(*flags), context); });
}

}  // namespace setpoint::tools
