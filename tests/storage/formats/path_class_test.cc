#include "storage/formats/path_class.h"

#include <gtest/gtest.h>

namespace setpoint::storage {
namespace {

NameClass NameOf(std::string_view path) { return ClassifyPath(path, FileMode::kRegular).name; }

TEST(PathClass, ByNameAndExtension) {
  EXPECT_EQ(NameOf("a/b.yaml"), NameClass::kYaml);
  EXPECT_EQ(NameOf("b.YML"), NameClass::kYaml);
  EXPECT_EQ(NameOf("a.b/c.json"), NameClass::kJson);
  EXPECT_EQ(NameOf("Cargo.toml"), NameClass::kToml);
  EXPECT_EQ(NameOf("main.py"), NameClass::kOther);
  EXPECT_EQ(NameOf("a.yaml.bak"), NameClass::kOther);
  EXPECT_EQ(NameOf("a.yaml/script.sh"), NameClass::kOther);
}

TEST(PathClass, KustomizationsByExactName) {
  EXPECT_EQ(NameOf("apps/kustomization.yaml"), NameClass::kKustomization);
  EXPECT_EQ(NameOf("kustomization.yml"), NameClass::kKustomization);
  EXPECT_EQ(NameOf("apps/Kustomization"), NameClass::kKustomization);
  EXPECT_EQ(NameOf("kustomization"), NameClass::kNoExtension);
  EXPECT_EQ(NameOf("my-kustomization.yaml"), NameClass::kYaml);
}

TEST(PathClass, ADotInFrontIsNoExtension) {
  EXPECT_EQ(NameOf("VERSION"), NameClass::kNoExtension);
  EXPECT_EQ(NameOf("a.d/VERSION"), NameClass::kNoExtension);
  EXPECT_EQ(NameOf(".yamllint"), NameClass::kNoExtension);
  EXPECT_EQ(NameOf(".yaml"), NameClass::kNoExtension);
  EXPECT_EQ(NameOf(".eslintrc.json"), NameClass::kJson);
  EXPECT_EQ(NameOf(""), NameClass::kNoExtension);
}

TEST(PathClass, FilesOfTerraform) {
  EXPECT_EQ(NameOf("m/main.tf"), NameClass::kTerraform);
  EXPECT_EQ(NameOf("main.tofu"), NameClass::kTerraform);
  EXPECT_EQ(NameOf("main.tf.json"), NameClass::kTerraformJson);
  EXPECT_EQ(NameOf("main.tofu.json"), NameClass::kTerraformJson);
  EXPECT_EQ(NameOf("prod.auto.tfvars"), NameClass::kTerraformVariables);
  EXPECT_EQ(NameOf("prod.tfvars.json"), NameClass::kTerraformVariablesJson);
  EXPECT_EQ(NameOf("tests/a.tftest.hcl"), NameClass::kTerraformTest);
  EXPECT_EQ(NameOf("tests/a.tftest.json"), NameClass::kTerraformTestJson);
  EXPECT_EQ(NameOf(".terraform.lock.hcl"), NameClass::kTerraformLock);
  EXPECT_EQ(NameOf("live/terragrunt.hcl"), NameClass::kTerragrunt);
  EXPECT_EQ(NameOf("packer.pkr.hcl"), NameClass::kOther);
  EXPECT_EQ(NameOf("terraform.tfstate"), NameClass::kOther);
  EXPECT_EQ(NameOf("terraform.tfstate.backup"), NameClass::kOther);
  EXPECT_EQ(NameClassText(NameClass::kTerragrunt), "terragrunt");
}

TEST(PathClass, LinksAndSubmodulesHaveOneClassEach) {
  EXPECT_EQ(ClassifyPath("a.yaml", FileMode::kSymlink), ClassifyPath("b", FileMode::kSymlink));
  EXPECT_EQ(ClassifyPath("a.yaml", FileMode::kSubmodule), ClassifyPath("b", FileMode::kSubmodule));
  EXPECT_NE(ClassifyPath("a.yaml", FileMode::kExecutable), ClassifyPath("a.yaml", FileMode::kRegular));
  EXPECT_EQ(ClassifyPath("a.yaml", FileMode::kExecutable).name, NameClass::kYaml);
}

}  // namespace
}  // namespace setpoint::storage
