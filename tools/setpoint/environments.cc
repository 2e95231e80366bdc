#include <memory>
#include <string>
#include <vector>

#include "query/json_writer.h"
#include "query/repository.h"
#include "query/view.h"
#include "storage/base/concat.h"
#include "storage/engine/write_batch.h"
#include "storage/projections/repository_settings.h"
#include "tools/setpoint/data_directory.h"
#include "tools/setpoint/output.h"
#include "tools/setpoint/source.h"
#include "tools/setpoint/table.h"
#include "tools/setpoint/verbs.h"

namespace setpoint::tools {
namespace {

struct EnvironmentsFlags {
  std::string data;
  std::string repository;
  std::string output;
  std::vector<std::string> set;
  std::vector<std::string> removed;
};

constexpr char kExamples[] =
    R"help(An environment is a name for a part of a repository: what lies below one folder, on one ref. Every query takes it:
--environment NAME reads its ref, and there only what lies below its folder. Without flags, lists them. Where the settings file of
`setpoint serve` names environments of a repository, those are all there are, from its start or SIGHUP on.

Examples:
  setpoint environments --set staging=main:clusters/staging/ --set prod=main:clusters/prod/
  setpoint environments --set prod=release          the whole tree of the branch `release`
  setpoint list --environment prod --kind Deployment
  setpoint diff --environment staging --environment prod)help";

absl::Status Change(const EnvironmentsFlags& flags, storage::RepositorySettings& settings) {
  auto& all = settings.environments;
  for (const std::string& name : flags.removed) {
    if (std::erase_if(all, [&](const storage::Environment& each) { return each.name == name; }) == 0) {
      return absl::NotFoundError(storage::Concat("there is no environment ", name));
    }
  }
  for (const std::string& text : flags.set) {
    auto environment = storage::ParseEnvironment(text);
    if (!environment.ok()) return environment.status();
    SetEnvironment(*environment, all);
  }
  return absl::OkStatus();
}

absl::Status PrintAnswer(const std::vector<storage::Environment>& all, OutputFormat format) {
  if (format == OutputFormat::kTable) {
    Table table({{"NAME"}, {"REF"}, {"FOLDER"}});
    for (const storage::Environment& each : all) table.AddRow({each.name, each.ref, each.path_prefix});
    table.Print(stdout);
    return absl::OkStatus();
  }
  JsonLines lines;
  for (const storage::Environment& each : all) {
    query::JsonWriter json;
    json.BeginObject().Member("name", each.name).Member("ref", each.ref).Member("path", each.path_prefix).EndObject();
    lines.Add(json.text());
    if (format == OutputFormat::kName) Print(storage::Concat(each.name, "\n"));
  }
  return format == OutputFormat::kName ? absl::OkStatus() : PrintDocument(lines.Take(), format);
}

absl::Status RunEnvironments(const EnvironmentsFlags& flags) {
  const bool changes = !flags.set.empty() || !flags.removed.empty();
  auto database = changes ? OpenForWriting(flags.data, storage::OpenMode::kReadWrite) : OpenForReading(flags.data);
  if (!database.ok()) return database.status();
  const query::View view(**database);
  auto repository = query::FindRepository(view, flags.repository);
  if (!repository.ok()) return repository.status();
  auto settings = storage::ReadRepositorySettings(view.rows, view.catalog.names.RepositoryName(*repository));
  if (!settings.ok()) return settings.status();
  if (!settings->has_value()) return absl::FailedPreconditionError("the repository has no settings; ingest it first");
  if (changes) {
    if (absl::Status status = Change(flags, **settings); !status.ok()) return status;
    storage::WriteBatch batch;
    storage::PutRepositorySettings(**settings, batch);
    if (absl::Status status = (*database)->store->Write(batch); !status.ok()) return status;
  }
  return PrintAnswer((*settings)->environments, OutputFormatOf(flags.output));
}

}  // namespace

void AddEnvironments(CLI::App& app, Context& context) {
  // Shared with the callback, which outlives this call.
  const auto flags = std::make_shared<EnvironmentsFlags>();
  CLI::App* verb = app.add_subcommand("environments", "Show or set the named scopes of a repository");
  AddDataFlag(*verb, flags->data);
  verb->add_option("--repo", flags->repository, "The repository; not needed where the store has one")
      ->type_name("NAME");
  AddOutputFlag(*verb, OutputForms::kCommon, flags->output);
  verb->add_option("--set", flags->set, "Add or replace one; may be repeated")
      ->type_name("NAME=REF:FOLDER")
      ->allow_extra_args(false);
  verb->add_option("--remove", flags->removed, "Remove one; may be repeated")
      ->type_name("NAME")
      ->allow_extra_args(false);
  verb->footer(kExamples);
  verb->callback([flags, &context] { Finish(RunEnvironments(*flags), context); });
}

}  // namespace setpoint::tools
