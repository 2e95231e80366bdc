#include "tools/setpoint/selector_flags.h"

#include <utility>

#include "storage/base/concat.h"
#include "storage/formats/format.h"

namespace setpoint::tools {
namespace {

void AddUnlessEmpty(const char* name, const std::string& value, HttpParameters& parameters) {
  if (!value.empty()) parameters.emplace_back(name, value);
}

}  // namespace

void AddResourceFlags(CLI::App& verb, ResourceFlags& flags) {
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
  verb.add_option("--label", flags.label, "Kubernetes labels: 'app=web,tier!=db', 'env in (prod,qa)', '!canary'")
      ->type_name("SELECTOR");
}

void AddResourceParameters(const ResourceFlags& flags, HttpParameters& parameters) {
  AddUnlessEmpty("kind", flags.kind, parameters);
  if (flags.has_namespace) parameters.emplace_back("namespace", flags.declared_namespace);
  AddUnlessEmpty("name", flags.name, parameters);
  AddUnlessEmpty("label", flags.label, parameters);
}

void AddSelectorFlags(CLI::App& verb, SelectorFlags& flags) {
  AddResourceFlags(verb, flags);
  verb.add_option("--path", flags.path, "Only files whose path begins so")->type_name("PREFIX");
  verb.add_option("--format", flags.format, "Only this format: kubernetes, kustomization, data, file …")
      ->type_name("FORMAT");
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
  AddResourceParameters(flags, parameters);
  AddUnlessEmpty("path", flags.path, parameters);
  AddUnlessEmpty("format", flags.format, parameters);
  for (const std::string& field : flags.fields) parameters.emplace_back("field", field);
}

}  // namespace setpoint::tools
