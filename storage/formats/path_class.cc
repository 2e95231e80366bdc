#include "storage/formats/path_class.h"

#include <array>

namespace setpoint::storage {
namespace {

struct NamedExtension {
  std::string_view extension;
  NameClass name;
};

// Ends of names, longer than an extension, in the order in which they are asked.
constexpr std::array<NamedExtension, 11> kTerraformEnds = {{
    {".tf", NameClass::kTerraform},
    {".tofu", NameClass::kTerraform},
    {".tfvars", NameClass::kTerraformVariables},
    {".tf.json", NameClass::kTerraformJson},
    {".tofu.json", NameClass::kTerraformJson},
    {".tfvars.json", NameClass::kTerraformVariablesJson},
    {".tftest.hcl", NameClass::kTerraformTest},
    {".tofutest.hcl", NameClass::kTerraformTest},
    {".tftest.json", NameClass::kTerraformTestJson},
    {".tofutest.json", NameClass::kTerraformTestJson},
    {".terraform.lock.hcl", NameClass::kTerraformLock},
}};

constexpr std::array<NamedExtension, 4> kExtensions = {{
    {".yaml", NameClass::kYaml},
    {".yml", NameClass::kYaml},
    {".json", NameClass::kJson},
    {".toml", NameClass::kToml},
}};

bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool upper = text[i] >= 'A' && text[i] <= 'Z';
    if ((upper ? text[i] | 0x20 : text[i]) != lower[i]) return false;
  }
  return true;
}

// The extension with its dot; empty where there is none. The dot of a hidden file begins its name, not an extension.
std::string_view ExtensionOf(std::string_view name) {
  const size_t dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? std::string_view() : name.substr(dot);
}

NameClass ClassifyExtension(std::string_view extension) {
  if (extension.empty()) return NameClass::kNoExtension;
  for (const NamedExtension& named : kExtensions) {
    if (EqualsIgnoringCase(extension, named.extension)) return named.name;
  }
  return NameClass::kOther;
}

// A file of YAML (or, where `json` is given, of either) whose name begins so.
struct NamedFile {
  std::string_view begin;
  NameClass name;
  bool exact = false;
  bool json = false;
};
constexpr std::array<NamedFile, 7> kNamedFiles = {{
    {.begin = "values", .name = NameClass::kHelmValues},
    {.begin = "action", .name = NameClass::kGitHubAction, .exact = true},
    {.begin = "azure-pipelines", .name = NameClass::kAzurePipelines},
    {.begin = "bitbucket-pipelines", .name = NameClass::kBitbucket, .exact = true},
    {.begin = "buildspec", .name = NameClass::kBuildspec},
    {.begin = "cloudbuild", .name = NameClass::kCloudBuild, .json = true},
    {.begin = ".gitlab-ci", .name = NameClass::kGitLabCi, .exact = true},
}};

// What only whole names promise; kOther where this one promises nothing.
NameClass ClassifyExactName(std::string_view name) {
  if (name == "kustomization.yaml" || name == "kustomization.yml" || name == "Kustomization") {
    return NameClass::kKustomization;
  }
  if (name == "Chart.yaml") return NameClass::kHelmChart;
  if (name.ends_with(".gitlab-ci.yml")) return NameClass::kGitLabCi;
  return NameClass::kOther;
}

// By well-known folder; kOther where none is. `path` ends in a name of YAML.
NameClass ClassifyFolder(std::string_view path) {
  constexpr std::string_view kWorkflows = ".github/workflows/";
  if (path.starts_with(kWorkflows) && path.find('/', kWorkflows.size()) == std::string_view::npos) {
    return NameClass::kGitHubWorkflow;
  }
  if (path == ".circleci/config.yml" || path == ".circleci/config.yaml") return NameClass::kCircleCi;
  if (path.starts_with(".harness/") || path.find("/.harness/") != std::string_view::npos) return NameClass::kHarness;
  return NameClass::kOther;
}

bool IsInTemplates(std::string_view path) {
  return path.starts_with("templates/") || path.find("/templates/") != std::string_view::npos;
}

// As Terraform has it, letter by letter; kOther where the name is none of its.
NameClass ClassifyTerraform(std::string_view name) {
  for (const NamedExtension& end : kTerraformEnds) {
    if (name.ends_with(end.extension)) return end.name;
  }
  const bool is_terragrunt =
      name == "terragrunt.hcl" || name == "terragrunt.stack.hcl" || name == "terragrunt.values.hcl";
  return is_terragrunt ? NameClass::kTerragrunt : NameClass::kOther;
}

NameClass ClassifyName(std::string_view path) {
  const size_t slash = path.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  if (const NameClass exact = ClassifyExactName(name); exact != NameClass::kOther) return exact;
  if (const NameClass terraform = ClassifyTerraform(name); terraform != NameClass::kOther) return terraform;
  if (name == "Jenkinsfile") return NameClass::kOther;  // Groovy, which reads as YAML by accident only.
  const std::string_view extension = ExtensionOf(name);
  if (extension == ".tpl" || (extension == ".txt" && IsInTemplates(path))) return NameClass::kHelmTemplate;
  const NameClass by_extension = ClassifyExtension(extension);
  if (by_extension != NameClass::kYaml && by_extension != NameClass::kJson) return by_extension;
  const bool is_yaml = by_extension == NameClass::kYaml;
  if (is_yaml) {
    if (const NameClass folder = ClassifyFolder(path); folder != NameClass::kOther) return folder;
  }
  const std::string_view stem = name.substr(0, name.size() - extension.size());
  for (const NamedFile& file : kNamedFiles) {
    const bool is_named = file.exact ? stem == file.begin : stem.starts_with(file.begin);
    if (is_named && (is_yaml || file.json)) return file.name;
  }
  return by_extension;
}

}  // namespace

std::string_view NameClassText(NameClass name) {
  constexpr std::array<std::string_view, 26> kTexts = {"no decoder for this name",
                                                       "yaml",
                                                       "json",
                                                       "toml",
                                                       "kustomization",
                                                       "no extension",
                                                       "helm chart",
                                                       "helm values",
                                                       "helm template",
                                                       "github workflow",
                                                       "github action",
                                                       "gitlab ci",
                                                       "azure pipelines",
                                                       "circleci",
                                                       "bitbucket pipelines",
                                                       "cloud build",
                                                       "buildspec",
                                                       "harness",
                                                       "terraform",
                                                       "terraform json",
                                                       "terraform variables",
                                                       "terraform variables json",
                                                       "terraform test",
                                                       "terraform test json",
                                                       "terraform lock file",
                                                       "terragrunt"};
  return kTexts[static_cast<size_t>(name)];
}

PathClass ClassifyPath(std::string_view path, FileMode mode) {
  const bool regular = mode == FileMode::kRegular || mode == FileMode::kExecutable;
  // The name of a link or a submodule promises nothing: one class for each mode.
  return {.mode = mode, .name = regular ? ClassifyName(path) : NameClass::kOther};
}

}  // namespace setpoint::storage
