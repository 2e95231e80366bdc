// All that a decoder may know of a path: the enumerated result of mode, exact name, extension and well-known folder.
// Two paths of one class decode equal bytes equally, which is what makes decoding memoised by blob.
#pragma once

#include <compare>
#include <cstdint>
#include <string_view>
#include <utility>

#include "storage/base/file_mode.h"

namespace setpoint::storage {

// What the name of a file promises. Append only while a decoder version lasts.
enum class NameClass : uint8_t {
  kOther = 0,                    // A `file`.
  kYaml = 1,                     // .yaml, .yml
  kJson = 2,                     // .json
  kToml = 3,                     // .toml
  kKustomization = 4,            // kustomization.yaml, kustomization.yml, Kustomization
  kNoExtension = 5,              // Sniffed when small.
  kHelmChart = 6,                // Chart.yaml
  kHelmValues = 7,               // values*.yaml, values*.yml
  kHelmTemplate = 8,             // *.tpl; *.txt in a folder `templates`
  kGitHubWorkflow = 9,           // .github/workflows/*.yml, *.yaml at the root
  kGitHubAction = 10,            // action.yml, action.yaml
  kGitLabCi = 11,                // .gitlab-ci.yml, *.gitlab-ci.yml
  kAzurePipelines = 12,          // azure-pipelines*.yml, *.yaml
  kCircleCi = 13,                // .circleci/config.yml
  kBitbucket = 14,               // bitbucket-pipelines.yml
  kCloudBuild = 15,              // cloudbuild*.yaml, *.yml, *.json
  kBuildspec = 16,               // buildspec*.yml, *.yaml
  kHarness = 17,                 // .harness/**/*.yaml, *.yml
  kTerraform = 18,               // .tf, .tofu
  kTerraformJson = 19,           // .tf.json, .tofu.json
  kTerraformVariables = 20,      // .tfvars
  kTerraformVariablesJson = 21,  // .tfvars.json
  kTerraformTest = 22,           // .tftest.hcl, .tofutest.hcl
  kTerraformTestJson = 23,       // .tftest.json, .tofutest.json
  kTerraformLock = 24,           // .terraform.lock.hcl
  kTerragrunt = 25,              // terragrunt.hcl, terragrunt.stack.hcl, terragrunt.values.hcl
};

struct PathClass {
  FileMode mode = FileMode::kRegular;
  NameClass name = NameClass::kOther;

  auto operator<=>(const PathClass&) const = default;

  template <typename H>
  friend H AbslHashValue(H state, const PathClass& path_class) {
    return H::combine(std::move(state), static_cast<uint32_t>(path_class.mode), static_cast<uint8_t>(path_class.name));
  }
};

// The name of a class for people ("yaml", "github-workflow").
std::string_view NameClassText(NameClass name);

// `path` is the whole path in the tree, bytes as Git has them.
PathClass ClassifyPath(std::string_view path, FileMode mode);

}  // namespace setpoint::storage
