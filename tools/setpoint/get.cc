#include <memory>

#include "query/content.h"
#include "query/entry_facts.h"
#include "query/get.h"
#include "query/raw_text.h"
#include "query/resource_json.h"
#include "query/time_text.h"
#include "query/yaml_writer.h"
#include "storage/base/concat.h"
#include "storage/formats/format.h"
#include "tools/setpoint/data_directory.h"
#include "tools/setpoint/read_flags.h"
#include "tools/setpoint/table.h"
#include "tools/setpoint/verbs.h"

namespace setpoint::tools {
namespace {

struct GetFlags {
  ReadFlags read;
  std::string key;
};

constexpr char kExamples[] =
    R"help(A key is SCOPE#IDENTITY as `setpoint list -o name` prints it; quote it, since # begins a comment in a shell.

Examples:
  setpoint get 'apps/web.yaml#Deployment.apps/shop/web'
  setpoint get 'apps/web.yaml#Deployment.apps/shop/web' --at v1.2 -o yaml
  setpoint get 'deploy.sh#File' -o raw              the file as written in Git
  setpoint get 'envs/prod.json#Data' --at 'main@{2026-01-31T12:00:00Z}' -o json)help";

absl::StatusOr<std::string> ContentYaml(const query::View& view, const storage::Version& version) {
  auto content = query::ReadContentJson(view, version.content);
  if (!content.ok()) return content.status();
  return query::YamlFromJson(*content, query::YamlTags::kRestore);
}

// What a person wants to know first, then the content.
absl::Status PrintTable(const query::View& view, const query::ResolvedPosition& position,
                        const storage::Version& version) {
  auto entry = query::ReadEntryFacts(view, version.position.revision);
  if (!entry.ok()) return entry.status();
  auto commit = query::ReadCommit(view, position.repository, entry->commit);
  if (!commit.ok()) return commit.status();
  auto yaml = ContentYaml(view, version);
  if (!yaml.ok()) return yaml.status();
  Table table({{"FIELD"}, {"VALUE"}});
  table.AddRow({"key", std::string(view.catalog.names.ResourceKey(version.resource))});
  table.AddRow({"format", std::string(storage::FormatName(static_cast<storage::Format>(version.format)))});
  table.AddRow({"path", std::string(view.catalog.names.Path(version.path))});
  table.AddRow({"revision", storage::Concat("r", version.position.revision.value)});
  table.AddRow({"operation", std::string(query::OperationName(version.operation))});
  if (version.stale)
    table.AddRow({"state", {"stale: its file does not decode; this is what last did", Colour::kWarning}});
  if (!entry->commit.IsZero()) table.AddRow({"commit", entry->commit.Hex()});
  if (commit->has_value()) {
    table.AddRow({"author", query::AuthorText((*commit)->author)});
    table.AddRow({"committed", query::FormatTime((*commit)->committer.seconds)});
    table.AddRow({"message", std::string(query::Subject((*commit)->message))});
  }
  table.Print(stdout);
  Print("\n");
  Print(*yaml);
  return absl::OkStatus();
}

absl::Status PrintRaw(const query::View& view, const query::ResolvedPosition& position,
                      const storage::Version& version) {
  auto text = query::ReadRawText(view, {position.repository, position.position, version});
  if (!text.ok()) return text.status();
  Print(*text);
  return absl::OkStatus();
}

absl::Status PrintAnswer(const query::View& view, const query::ResolvedPosition& position,
                         const storage::Version& version, OutputFormat format) {
  switch (format) {
    case OutputFormat::kTable:
      return PrintTable(view, position, version);
    case OutputFormat::kRaw:
      return PrintRaw(view, position, version);
    case OutputFormat::kName:
      Print(storage::Concat(view.catalog.names.ResourceKey(version.resource), "\n"));
      break;
    case OutputFormat::kYaml: {
      auto yaml = ContentYaml(view, version);
      if (!yaml.ok()) return yaml.status();
      Print(*yaml);
      break;
    }
    case OutputFormat::kJson: {
      query::JsonWriter json;
      absl::Status status = query::WriteResource(view, position, version, json);
      if (!status.ok()) return status;
      return PrintDocument(json.text(), format);
    }
  }
  return absl::OkStatus();
}

absl::Status RunGet(const GetFlags& flags) {
  auto database = OpenForReading(flags.read.data);
  if (!database.ok()) return database.status();
  const query::View view(**database);
  auto position = ResolveFlags(view, flags.read);
  if (!position.ok()) return position.status();
  auto version = query::GetResource(view, position->position, flags.key);
  if (!version.ok()) return version.status();
  return PrintAnswer(view, *position, *version, OutputFormatOf(flags.read.output));
}

}  // namespace

void AddGet(CLI::App& app, Context& context) {
  // Shared with the callback, which outlives this call.
  const auto flags = std::make_shared<GetFlags>();
  CLI::App* verb = app.add_subcommand("get", "Show one resource as it was at a position");
  verb->add_option("key", flags->key, "The resource's key")->required()->type_name("KEY");
  AddRepositoryFlags(*verb, flags->read);
  AddPositionFlags(*verb, flags->read);
  AddOutputFlag(*verb, OutputForms::kWithRaw, flags->read.output);
  verb->footer(kExamples);
  verb->callback([flags, &context] { Finish(RunGet(*flags), context); });
}

}  // namespace setpoint::tools
