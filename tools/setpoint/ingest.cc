#include <memory>

#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "server/follow/source_guard.h"
#include "storage/base/concat.h"
#include "storage/ingest/ingester.h"
#include "tools/setpoint/data_directory.h"
#include "tools/setpoint/interruption.h"
#include "tools/setpoint/progress_bar.h"
#include "tools/setpoint/source.h"
#include "tools/setpoint/verbs.h"

namespace setpoint::tools {
namespace {

using storage::IngestProgress;

struct IngestFlags {
  std::string data;
  SourceRequest source;
  std::vector<std::string> environments;
};

constexpr char kExamples[] =
    R"help(SOURCE is a path of a Git repository (bare or not), a bundle file or a URL; without one, every repository that the store
follows is brought up to date, but those that somebody named by request to a server only where their host is a public
one. Safe to interrupt (Ctrl-C) and to repeat: what is there stays, what is new is added.

The default branch always has a timeline of its own; --ref names other refs that get one. A pattern is a ref's name, * any
letters, ? one. With --ref and no --point, tags are left out. --environment names a part of it, for every query's
--environment; `setpoint environments` shows and changes them.

Examples:
  setpoint ingest ~/src/gitops
  setpoint ingest https://github.com/onedr0p/home-ops --name home
  setpoint ingest . --ref 'release-*' --ref 'refs/heads/env/*' --point 'refs/tags/*'
  setpoint ingest ~/src/gitops --environment prod=clusters/prod/ --environment staging=main:clusters/staging/
  setpoint ingest                                   everything known, again)help";

std::string_view StageName(IngestProgress::Stage stage) {
  switch (stage) {
    case IngestProgress::Stage::kFetch:
      return "fetching";
    case IngestProgress::Stage::kPlan:
      return "planning";
    case IngestProgress::Stage::kIngest:
      return "ingesting";
    case IngestProgress::Stage::kFinish:
      return "finishing";
  }
  return "";
}

std::string Seconds(absl::Duration duration) { return absl::StrFormat("%.1f s", absl::ToDoubleSeconds(duration)); }

void PrintSummary(const std::string& name, const storage::IngestReport& report, absl::Duration took) {
  for (const std::string& warning : report.warnings) PrintNote(storage::Concat(name, ": ", warning));
  const std::string line = report.entries == 0
                               ? storage::Concat(name, ": nothing new (r", report.last.value, ")\n")
                               : storage::Concat(name, ": ", Grouped(report.entries), " entries of ",
                                                 Grouped(report.commits), " commits with ", Grouped(report.changes),
                                                 " changes in ", Seconds(took), "; now at r", report.last.value, "\n");
  std::fputs(line.c_str(), stdout);
}

// Who says that a repository is to be ingested.
enum class NamedBy {
  kUser,   // By its source, here: it may be anything.
  kStore,  // It is known: what somebody named from outside of the machine is judged again.
};

// Ingests one repository. kCancelled where the user interrupted it.
absl::Status IngestOne(storage::Database& database, const storage::RepositorySettings& settings, NamedBy named_by) {
  ProgressBar bar("");
  storage::IngestOptions options;
  options.on_progress = [&bar](const IngestProgress& progress) {
    const std::string more = progress.changes == 0 ? "" : storage::Concat(Grouped(progress.changes), " changes");
    bar.Show(StageName(progress.stage), progress.commits_done, progress.commits_total, more);
    return !Interruption::Requested();
  };
  const server::SourceGuard guard({}, server::ResolveHost);
  if (settings.by_request && named_by == NamedBy::kStore) {
    options.mirror.transport.admit = [&guard](const std::string& location) { return guard.Admit(location); };
  }
  const absl::Time begin = absl::Now();
  auto ingester = storage::Ingester::Open(database, settings, options);
  if (!ingester.ok()) return ingester.status();
  auto report = (*ingester)->Run();
  bar.Clear();
  if (!report.ok()) return report.status();
  PrintSummary(settings.name, *report, absl::Now() - begin);
  if (!report->stopped) return absl::OkStatus();
  return absl::CancelledError(storage::Concat("interrupted after r", report->last.value,
                                              "; nothing is lost: run the same command again to go on"));
}

absl::StatusOr<std::vector<storage::RepositorySettings>> Wanted(const storage::RowReader& rows,
                                                                const SourceRequest& source) {
  if (!source.source.empty()) {
    auto settings = SettingsOf(rows, source);
    if (!settings.ok()) return settings.status();
    return std::vector{*std::move(settings)};
  }
  if (!source.name.empty() || !source.owned.empty() || !source.pointing.empty() || !source.environments.empty()) {
    return absl::InvalidArgumentError(
        "--name, --ref, --point and --environment need a SOURCE; see `setpoint ingest --help`");
  }
  auto all = storage::ListRepositorySettings(rows);
  if (all.ok()) std::erase_if(*all, [](const auto& each) { return !each.followed; });
  if (all.ok() && all->empty()) {
    return absl::InvalidArgumentError("the store follows no repository yet: name a SOURCE, a path or URL");
  }
  return all;
}

// One that fails holds up no other.
absl::Status IngestAll(storage::Database& database, const std::vector<storage::RepositorySettings>& wanted) {
  absl::Status first;
  for (const storage::RepositorySettings& settings : wanted) {
    const absl::Status status = IngestOne(database, settings, NamedBy::kStore);
    if (absl::IsCancelled(status)) return status;
    if (status.ok()) continue;
    const std::string text = storage::Concat(settings.name, ": ", status.message());
    if (first.ok()) {
      first = absl::Status(status.code(), text);
    } else {
      PrintNote(text);
    }
  }
  return first;
}

absl::StatusOr<SourceRequest> SourceOf(const IngestFlags& flags) {
  SourceRequest source = flags.source;
  for (const std::string& text : flags.environments) {
    auto environment = storage::ParseEnvironment(text);
    if (!environment.ok()) return environment.status();
    source.environments.push_back(*std::move(environment));
  }
  return source;
}

absl::Status RunIngest(const IngestFlags& flags) {
  auto source = SourceOf(flags);
  if (!source.ok()) return source.status();
  const auto mode = flags.source.source.empty() ? storage::OpenMode::kReadWrite : storage::OpenMode::kCreateIfMissing;
  auto database = OpenForWriting(flags.data, mode);
  if (!database.ok()) return database.status();
  auto wanted = Wanted(*(*database)->store, *source);
  if (!wanted.ok()) return wanted.status();
  const Interruption interruption;
  if (flags.source.source.empty()) return IngestAll(**database, *wanted);
  return IngestOne(**database, wanted->front(), NamedBy::kUser);
}

}  // namespace

void AddIngest(CLI::App& app, Context& context) {
  // Shared with the callback, which outlives this call.
  const auto flags = std::make_shared<IngestFlags>();
  CLI::App* verb = app.add_subcommand("ingest", "Bring a Git repository's history into the store");
  verb->add_option("source", flags->source.source, "Path or URL of the repository")->type_name("SOURCE");
  AddDataFlag(*verb, flags->data);
  verb->add_option("--name", flags->source.name, "The repository's name in the store (default: from SOURCE)")
      ->type_name("NAME");
  verb->add_option("--ref", flags->source.owned, "Refs with a timeline of their own; may be repeated")
      ->type_name("PATTERN")
      ->allow_extra_args(false);
  verb->add_option("--point", flags->source.pointing, "Refs that only point, as tags do; may be repeated")
      ->type_name("PATTERN")
      ->allow_extra_args(false);
  verb->add_option("--environment", flags->environments, "Name a part of it; may be repeated")
      ->type_name("NAME=[REF:]FOLDER/")
      ->allow_extra_args(false);
  verb->footer(kExamples);
  verb->callback([flags, &context] { Finish(RunIngest(*flags), context); });
}

}  // namespace setpoint::tools
