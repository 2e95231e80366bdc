#include <array>
#include <memory>

#include "query/entry_facts.h"
#include "query/log.h"
#include "query/log_json.h"
#include "query/time_text.h"
#include "storage/base/clock.h"
#include "storage/base/concat.h"
#include "tools/setpoint/data_directory.h"
#include "tools/setpoint/read_flags.h"
#include "tools/setpoint/table.h"
#include "tools/setpoint/verbs.h"

namespace setpoint::tools {
namespace {

struct LogFlags {
  ReadFlags read;
  std::string author, message, since, until, path, kind, operation;
  bool signed_only = false;
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
  setpoint log --at r120 --limit 1 --changes -o json)help";

absl::Status SetTime(const std::string& flag, const std::string& text, std::optional<int64_t>& seconds) {
  if (text.empty()) return absl::OkStatus();
  seconds = query::ParseTime(text, storage::SystemClock().NowSeconds());
  if (seconds) return absl::OkStatus();
  return absl::InvalidArgumentError(storage::Concat(flag, " '", text,
                                                    "' is no time; write 2026-01-31, "
                                                    "2026-01-31T12:00:00Z or '2h ago'"));
}

absl::StatusOr<query::LogFilter> FilterOf(const LogFlags& flags) {
  query::LogFilter filter;
  filter.author = flags.author;
  filter.message = flags.message;
  filter.path_prefix = flags.path;
  filter.kind = flags.kind;
  filter.signed_only = flags.signed_only;
  absl::Status status = SetTime("--since", flags.since, filter.since);
  if (status.ok()) status = SetTime("--until", flags.until, filter.until);
  if (!status.ok()) return status;
  if (flags.operation.empty()) return filter;
  filter.operation = query::OperationFromName(flags.operation);
  if (!filter.operation) filter.cause = query::CauseFromName(flags.operation);
  if (filter.operation || filter.cause) return filter;
  return absl::InvalidArgumentError(
      storage::Concat("--operation '", flags.operation,
                      "' is none of created, updated, moved, deleted, decode_failed, "
                      "commit, advance, reset, ref_created, ref_deleted, redecoded, healed"));
}

// "+3 ~2 >1 -1 !1"
std::string CountText(const storage::Entry& entry) {
  constexpr std::array<std::pair<storage::Operation, char>, 5> kSigns = {{{storage::Operation::kCreated, '+'},
                                                                          {storage::Operation::kUpdated, '~'},
                                                                          {storage::Operation::kMoved, '>'},
                                                                          {storage::Operation::kDeleted, '-'},
                                                                          {storage::Operation::kDecodeFailed, '!'}}};
  std::string text;
  for (const auto& [operation, sign] : kSigns) {
    size_t count = 0;
    for (const storage::Change& change : entry.changes) count += change.operation == operation ? 1 : 0;
    if (count != 0) text += storage::Concat(text.empty() ? "" : " ", std::string(1, sign), count);
  }
  return text;
}

Colour ColourOfCause(storage::Cause cause) {
  if (cause == storage::Cause::kReset || cause == storage::Cause::kRefDeleted) return Colour::kBad;
  return cause == storage::Cause::kCommit ? Colour::kPlain : Colour::kFaint;
}

void PrintTable(const query::View& view, const std::vector<query::LogItem>& items) {
  Table table({{"REVISION", Alignment::kRight},
               {"TIMELINE"},
               {"COMMIT"},
               {"COMMITTED"},
               {"AUTHOR"},
               {"OPERATION"},
               {"CHANGES"},
               {"MESSAGE"}});
  for (const query::LogItem& item : items) {
    const auto timeline = view.catalog.timelines.Find(item.position.timeline);
    table.AddRow({storage::Concat("r", item.position.revision.value),
                  timeline ? timeline->Label() : "",
                  item.entry.commit.IsZero() ? "" : item.entry.commit.Hex().substr(0, 10),
                  item.commit ? query::FormatTime(item.commit->committer.seconds) : "",
                  item.commit ? item.commit->author.name : "",
                  {std::string(query::CauseName(item.entry.cause)), ColourOfCause(item.entry.cause)},
                  CountText(item.entry),
                  item.commit ? std::string(query::Subject(item.commit->message)) : ""});
  }
  table.Print(stdout);
}

absl::Status PrintAnswer(const query::View& view, const std::vector<query::LogItem>& items, const LogFlags& flags) {
  const OutputFormat format = OutputFormatOf(flags.read.output);
  if (format == OutputFormat::kTable) {
    PrintTable(view, items);
    return absl::OkStatus();
  }
  if (format == OutputFormat::kName) {
    for (const query::LogItem& item : items) Print(storage::Concat("r", item.position.revision.value, "\n"));
    return absl::OkStatus();
  }
  JsonLines lines;
  for (const query::LogItem& item : items) {
    query::JsonWriter json;
    const auto part = flags.changes ? query::ChangesPart::kList : query::ChangesPart::kCount;
    if (absl::Status status = query::WriteLogItem(view, item, part, json); !status.ok()) return status;
    lines.Add(json.text());
  }
  return PrintDocument(lines.Take(), format);
}

absl::Status RunLog(const LogFlags& flags) {
  auto filter = FilterOf(flags);
  if (!filter.ok()) return filter.status();
  auto database = OpenForReading(flags.read.data);
  if (!database.ok()) return database.status();
  const query::View view(**database, DisclosureOf(flags.read));
  auto position = ResolveFlags(view, flags.read);
  if (!position.ok()) return position.status();
  auto items = query::ReadLog(view, {.repository = position->repository,
                                     .position = position->position,
                                     .filter = *std::move(filter),
                                     .limit = flags.read.limit});
  if (!items.ok()) return items.status();
  return PrintAnswer(view, *items, flags);
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
  verb->add_option("--author", flags->author, "A part of the author's name or address, in any case")->type_name("TEXT");
  verb->add_option("--message", flags->message, "A part of the commit's message, in any case")->type_name("TEXT");
  verb->add_option("--since", flags->since, "Committed at or after")->type_name("TIME");
  verb->add_option("--until", flags->until, "Committed at or before")->type_name("TIME");
  verb->add_option("--path", flags->path, "A file whose path begins so differs")->type_name("PREFIX");
  verb->add_option("--kind", flags->kind, "A resource of this kind changed")->type_name("KIND");
  verb->add_option("--operation", flags->operation,
                   "A change of this operation (created, updated, moved, deleted, decode_failed), or an entry of this "
                   "cause (commit, advance, reset, ref_created, ref_deleted, redecoded, healed)")
      ->type_name("WORD");
  verb->add_flag("--signed", flags->signed_only, "The commit carries a signature");
  verb->add_flag("--changes", flags->changes, "With -o json or yaml: each change instead of their number");
  verb->footer(kExamples);
  verb->callback([flags, &context] { Finish(RunLog(*flags), context); });
}

}  // namespace setpoint::tools
