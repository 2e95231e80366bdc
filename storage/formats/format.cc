#include "storage/formats/format.h"

#include <array>

#include "storage/formats/resource_key.h"

namespace setpoint::storage {
namespace {

struct NamedFormat {
  Format format;
  std::string_view name;
};

constexpr std::array<NamedFormat, 10> kFormats = {{
    {Format::kFile, "file"},
    {Format::kData, "data"},
    {Format::kKubernetes, "kubernetes"},
    {Format::kKustomization, "kustomization"},
    {Format::kHelm, "helm"},
    {Format::kTerraform, "terraform"},
    {Format::kCloudFormation, "cloudformation"},
    {Format::kArm, "arm"},
    {Format::kDeploymentManager, "deployment-manager"},
    {Format::kPipeline, "pipeline"},
}};

}  // namespace

std::string_view FormatName(Format format) {
  for (const NamedFormat& named : kFormats) {
    if (named.format == format) return named.name;
  }
  return {};
}

std::optional<Format> FormatFromName(std::string_view name) {
  for (const NamedFormat& named : kFormats) {
    if (named.name == name) return named.format;
  }
  return std::nullopt;
}

bool IdentityNamesThing(Format format, std::string_view identity) {
  switch (format) {
    case Format::kKubernetes:
      return !ParseIdentity(format, identity).unstable;
    case Format::kCloudFormation:
    case Format::kArm:
      // What a template has besides its parts is no thing of its own.
      return identity != "Template";
    case Format::kDeploymentManager:
      return identity != "Configuration";
    case Format::kTerraform:
      return identity != "Variables";
    case Format::kPipeline:
      return identity.starts_with("Job/");  // GitLab's.
    case Format::kFile:
    case Format::kData:
    case Format::kKustomization:
    case Format::kHelm:
      return false;
  }
  return false;
}

}  // namespace setpoint::storage
