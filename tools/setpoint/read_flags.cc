#include "tools/setpoint/read_flags.h"

#include "storage/base/concat.h"
#include "storage/formats/format.h"
#include "tools/setpoint/data_directory.h"

namespace setpoint::tools {

void AddDoorFlags(CLI::App& verb, ReadFlags& flags) {
  AddDataFlag(verb, flags.data);
  AddServerFlags(verb, flags.server);
}

void AddPositionParameters(const ReadFlags& flags, HttpParameters& parameters) {
  if (!flags.at.empty()) parameters.emplace_back("at", flags.at);
  if (flags.axis != "committed") parameters.emplace_back("axis", flags.axis);
  if (!flags.environment.empty()) parameters.emplace_back("environment", flags.environment);
  if (flags.show_secrets) parameters.emplace_back("show_secrets", "true");
}

void AddRepositoryFlags(CLI::App& verb, ReadFlags& flags) {
  AddDoorFlags(verb, flags);
  verb.add_option("--repo", flags.repository, "The repository; may be left out when the store has one")
      ->type_name("NAME");
  verb.add_flag("--show-secrets", flags.show_secrets,
                "Show secrets as they are, not as digests; a server asks for the role");
}

void AddPositionFlags(CLI::App& verb, ReadFlags& flags) {
  verb.add_option(
          "--at", flags.at,
          "Where to read: r123, a commit id (7 digits suffice), a branch or tag, REF@{r123}, REF@{TIME}, or TIME "
          "(2026-01-31, 2026-01-31T12:00:00Z, 2h ago); default: the default branch")
      ->type_name("POSITION");
  verb.add_option("--axis", flags.axis, "What a TIME is compared with: committed, or observed (when this store saw it)")
      ->check(CLI::IsMember({"committed", "observed"}))
      ->type_name("AXIS");
  AddEnvironmentFlag(verb, flags);
}

void AddEnvironmentFlag(CLI::App& verb, ReadFlags& flags) {
  verb.add_option("--environment", flags.environment,
                  "Read in this named scope: its ref, and there only what lies below its folder")
      ->type_name("NAME");
}

void AddLimitFlag(CLI::App& verb, ReadFlags& flags) {
  verb.add_option("--limit", flags.limit, "At most so many; 0 is all")->type_name("N");
}

void AddSelectorFlags(CLI::App& verb, SelectorFlags& flags) {
  verb.add_option("--kind", flags.kind,
                  "Only this kind: Deployment, or with its group Deployment.apps; a type: AWS::S3::Bucket, "
                  "microsoft.compute/disks, aws_instance")
      ->type_name("KIND");
  verb.add_option_function<std::string>(
          "--namespace",
          [&flags](const std::string& value) {
            flags.declared_namespace = value;
            flags.has_namespace = true;
          },
          "Only this declared namespace; '' is those that declare none")
      ->type_name("NAME");
  verb.add_option("--name", flags.name, "Only resources of this name")->type_name("NAME");
  verb.add_option("--path", flags.path, "Only files whose path begins so")->type_name("PREFIX");
  verb.add_option("--format", flags.format, "Only this format: kubernetes, kustomization, data, file …")
      ->type_name("FORMAT");
  verb.add_option("--label", flags.label, "Kubernetes labels: 'app=web,tier!=db', 'env in (prod,qa)', '!canary'")
      ->type_name("SELECTOR");
  verb.add_option("--field", flags.fields, "A field's value, for example /spec/replicas=3; may be repeated")
      ->type_name("POINTER=VALUE")
      ->allow_extra_args(false);
}

absl::StatusOr<query::Selector> SelectorOf(const SelectorFlags& flags) {
  query::Selector selector;
  selector.kind = flags.kind;
  if (flags.has_namespace) selector.declared_namespace = flags.declared_namespace;
  selector.name = flags.name;
  selector.path_prefix = flags.path;
  if (!flags.format.empty()) {
    selector.format = storage::FormatFromName(flags.format);
    if (!selector.format) {
      return absl::InvalidArgumentError(storage::Concat("--format '", flags.format,
                                                        "' is no format; there are kubernetes, "
                                                        "kustomization, helm, terraform, cloudformation, arm, "
                                                        "deployment-manager, pipeline, data and file"));
    }
  }
  auto labels = query::LabelSelector::Parse(flags.label);
  if (!labels.ok()) return labels.status();
  selector.labels = *std::move(labels);
  for (const std::string& text : flags.fields) {
    auto field = query::ParseFieldFilter(text);
    if (!field.ok()) return field.status();
    selector.fields.push_back(*std::move(field));
  }
  return selector;
}

void AddSelectorParameters(const SelectorFlags& flags, HttpParameters& parameters) {
  const auto add = [&parameters](const char* name, const std::string& value) {
    if (!value.empty()) parameters.emplace_back(name, value);
  };
  add("kind", flags.kind);
  if (flags.has_namespace) parameters.emplace_back("namespace", flags.declared_namespace);
  add("name", flags.name);
  add("path", flags.path);
  add("format", flags.format);
  add("label", flags.label);
  for (const std::string& field : flags.fields) parameters.emplace_back("field", field);
}

}  // namespace setpoint::tools
