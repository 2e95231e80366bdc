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
  EXPECT_EQ(NameOf("main.tf"), NameClass::kOther);
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

TEST(PathClass, LinksAndSubmodulesHaveOneClassEach) {
  EXPECT_EQ(ClassifyPath("a.yaml", FileMode::kSymlink), ClassifyPath("b", FileMode::kSymlink));
  EXPECT_EQ(ClassifyPath("a.yaml", FileMode::kSubmodule), ClassifyPath("b", FileMode::kSubmodule));
  EXPECT_NE(ClassifyPath("a.yaml", FileMode::kExecutable), ClassifyPath("a.yaml", FileMode::kRegular));
  EXPECT_EQ(ClassifyPath("a.yaml", FileMode::kExecutable).name, NameClass::kYaml);
}

}  // namespace
}  // namespace setpoint::storage
