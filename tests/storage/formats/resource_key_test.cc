#include "storage/formats/resource_key.h"

#include <gtest/gtest.h>

namespace setpoint::storage {
namespace {

TEST(ResourceKey, ScopeIsThePath) {
  EXPECT_EQ(ScopeText("apps/web.yaml", Format::kKubernetes), "apps/web.yaml");
  EXPECT_EQ(ScopeText("dir with space/ä.yaml", Format::kData), "dir with space/ä.yaml");
}

TEST(ResourceKey, ScopeEscapesWhatKeyTextCannotHold) {
  EXPECT_EQ(ScopeText("a%b#c", Format::kFile), "a%25b%23c");
  EXPECT_EQ(ScopeText("tab\tline\n\x7f", Format::kFile), "tab%09line%0A%7F");
  EXPECT_EQ(ScopeText("latin\xE9.txt", Format::kFile), "latin%E9.txt");
  EXPECT_EQ(ScopeText("cut\xE2\x82", Format::kFile), "cut%E2%82");
  EXPECT_EQ(ScopeText("surrogate\xED\xA0\x80", Format::kFile), "surrogate%ED%A0%80");
}

TEST(ResourceKey, TerraformScopeIsTheDirectory) {
  EXPECT_EQ(ResourceKeyText("infra/prod/main.tf", Format::kTerraform, "aws_instance.web"),
            "infra/prod/#aws_instance.web");
  EXPECT_EQ(ResourceKeyText("main.tf", Format::kTerraform, "module.vpc"), "#module.vpc");
}

TEST(ResourceKey, OrdinalsComeOffAndOn) {
  EXPECT_EQ(SplitOrdinal("d~2/#a.b~12").base, "d~2/#a.b");
  EXPECT_EQ(SplitOrdinal("d~2/#a.b~12").ordinal, 12u);
  EXPECT_EQ(SplitOrdinal("d~2/#a.b").ordinal, 1u);
  EXPECT_EQ(SplitOrdinal("a~99999999999").base, "a~99999999999");
  EXPECT_EQ(WithOrdinal("a", 1), "a");
  EXPECT_EQ(WithOrdinal("a", 2), "a~2");
}

TEST(ResourceKey, SplitsAtTheFirstHash) {
  EXPECT_EQ(SplitKey("a/b.yaml#Kind/x#y").scope, "a/b.yaml");
  EXPECT_EQ(SplitKey("a/b.yaml#Kind/x#y").identity, "Kind/x#y");
  EXPECT_EQ(SplitKey("a/b.yaml").scope, "a/b.yaml");
  EXPECT_EQ(SplitKey("a/b.yaml").identity, "");
  EXPECT_EQ(SplitKey("#x").scope, "");
}

TEST(ResourceKey, KubernetesIdentityComesApart) {
  const IdentityParts full = ParseIdentity(Format::kKubernetes, "Deployment.apps/shop/web");
  EXPECT_EQ(full.kind, "Deployment");
  EXPECT_EQ(full.group, "apps");
  EXPECT_EQ(full.declared_namespace, "shop");
  EXPECT_EQ(full.name, "web");
  const IdentityParts core = ParseIdentity(Format::kKubernetes, "Namespace/shop");
  EXPECT_EQ(core.kind, "Namespace");
  EXPECT_EQ(core.group, "");
  EXPECT_EQ(core.declared_namespace, "");
  EXPECT_EQ(core.name, "shop");
  EXPECT_EQ(ParseIdentity(Format::kKubernetes, "Kustomization.kustomize.toolkit.fluxcd.io/a/b").group,
            "kustomize.toolkit.fluxcd.io");
}

TEST(ResourceKey, NamesComeWithoutOrdinals) {
  EXPECT_EQ(ParseIdentity(Format::kKubernetes, "Job.batch/x/web~2").name, "web");
  EXPECT_EQ(ParseIdentity(Format::kKubernetes, "Job.batch/x/web~13").name, "web");
  EXPECT_EQ(ParseIdentity(Format::kKubernetes, "Job.batch/~build-").name, "~build-");
  EXPECT_EQ(ParseIdentity(Format::kKubernetes, "Job.batch/~build-~2").name, "~build-");
  EXPECT_EQ(ParseIdentity(Format::kKubernetes, "Job.batch/~~3").name, "~");
  // A generated name may be a number: it is no ordinal.
  EXPECT_EQ(ParseIdentity(Format::kKubernetes, "Job.batch/~2").name, "~2");
  EXPECT_EQ(ParseIdentity(Format::kData, "Data~2").kind, "Data");
  EXPECT_EQ(ParseIdentity(Format::kKustomization, "Kustomization").kind, "Kustomization");
  EXPECT_EQ(ParseIdentity(Format::kTerraform, "aws_instance.web").name, "web");
}

TEST(ResourceKey, UnstableAndTemplatedNamesAreFlagged) {
  EXPECT_TRUE(ParseIdentity(Format::kKubernetes, "Job.batch/~build-").unstable);
  EXPECT_FALSE(ParseIdentity(Format::kKubernetes, "Job.batch/build").unstable);
  EXPECT_TRUE(ParseIdentity(Format::kKubernetes, "Job.batch/${ns}/build").templated);
  EXPECT_TRUE(ParseIdentity(Format::kKubernetes, "Job.batch/{{ .Release.Name }}-x").templated);
  EXPECT_FALSE(ParseIdentity(Format::kKubernetes, "Job.batch/build").templated);
}

TEST(ResourceKey, IdentityPartsCannotForgeStructure) {
  EXPECT_EQ(EscapeIdentityPart("a/b~2\n"), "a%2Fb%7E2%0A");
  EXPECT_EQ(EscapeIdentityPart("${app}-100%"), "${app}-100%");
}

TEST(Format, NamesGoBothWays) {
  for (uint8_t number = 1; number <= 10; ++number) {
    const auto format = static_cast<Format>(number);
    EXPECT_FALSE(FormatName(format).empty()) << int{number};
    EXPECT_EQ(FormatFromName(FormatName(format)), format);
  }
  EXPECT_EQ(FormatName(Format::kDeploymentManager), "deployment-manager");
  EXPECT_EQ(FormatFromName("Kubernetes"), std::nullopt);
  EXPECT_EQ(FormatFromName(""), std::nullopt);
  EXPECT_EQ(FormatName(static_cast<Format>(99)), "");
}

TEST(Format, OnlySomeIdentitiesNameTheThing) {
  EXPECT_TRUE(IdentityNamesThing(Format::kKubernetes, "Deployment.apps/shop/web"));
  EXPECT_FALSE(IdentityNamesThing(Format::kKubernetes, "Job.batch/~build-"));
  EXPECT_FALSE(IdentityNamesThing(Format::kKubernetes, "Job.batch/ci/~"));
  EXPECT_TRUE(IdentityNamesThing(Format::kTerraform, "aws_instance.web"));
  EXPECT_FALSE(IdentityNamesThing(Format::kTerraform, "Variables"));
  EXPECT_FALSE(IdentityNamesThing(Format::kData, "Data"));
  EXPECT_FALSE(IdentityNamesThing(Format::kFile, "File"));
  EXPECT_FALSE(IdentityNamesThing(Format::kKustomization, "Kustomization"));
}

}  // namespace
}  // namespace setpoint::storage
