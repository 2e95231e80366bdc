#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/storage/formats/decode_support.h"

namespace setpoint::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string Object(std::string_view api_version, std::string_view kind, std::string_view metadata) {
  return "apiVersion: " + std::string(api_version) + "\nkind: " + std::string(kind) +
         "\nmetadata: " + std::string(metadata) + "\n---\n";
}

TEST(Kubernetes, Identities) {
  const Decoded decoded =
      DecodeFile("a.yaml", Object("apps/v1", "Deployment", "{name: web, namespace: shop}") +
                               Object("v1", "Namespace", "{name: shop}") +
                               Object("kustomize.toolkit.fluxcd.io/v1", "Kustomization", "{name: a, namespace: b}") +
                               Object("networking.k8s.io/v1beta1", "Ingress", "{name: x}"));
  EXPECT_EQ(decoded.outcome, Outcome::kDecoded);
  EXPECT_THAT(Identities(decoded),
              ElementsAre("Deployment.apps/shop/web", "Namespace/shop", "Kustomization.kustomize.toolkit.fluxcd.io/b/a",
                          "Ingress.networking.k8s.io/x"));
  for (const DecodedResource& resource : decoded.resources) EXPECT_EQ(resource.format, Format::kKubernetes);
  EXPECT_EQ(decoded.resources[1].content, R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop"}})");
  EXPECT_EQ(decoded.resources[1].content_hash, Sha256(decoded.resources[1].content));
}

TEST(Kubernetes, WhatIsAnObject) {
  for (const char* text : {"apiVersion: v1\nkind: Config\n", "apiVersion: \"apps/v1beta2\"\nkind: 'X'\n",
                           "{\"apiVersion\": \"v2x\", \"kind\": \"Y\"}\n"}) {
    EXPECT_EQ(DecodeFile("a.yaml", text).resources.at(0).format, Format::kKubernetes) << text;
  }
  for (const char* text :
       {"apiVersion: v2\nname: chart\n", "apiVersion: 1\nkind: X\n", "apiVersion: v1\nkind: x\n",
        "apiVersion: a/b/v1\nkind: X\n", "apiVersion: /v1\nkind: X\n", "apiVersion: vx\nkind: X\n",
        "apiVersion: v\nkind: X\n", "kind: X\n", "- apiVersion: v1\n  kind: X\n", "apiVersion: v1\nkind: [X]\n"}) {
    EXPECT_THAT(Identities(DecodeFile("a.yaml", text)), ElementsAre("Data")) << text;
  }
}

TEST(Kubernetes, TheTypeDecidesTheTyping) {
  EXPECT_EQ(ContentOf("a.yaml", "v: yes\nkind: K\napiVersion: v1\n"), R"({"apiVersion":"v1","kind":"K","v":true})");
  EXPECT_EQ(ContentOf("a.yaml", "v: yes\nkind: k\napiVersion: v1\n"), R"({"apiVersion":"v1","kind":"k","v":"yes"})");
  // Each document by its own shape.
  EXPECT_THAT(Contents(DecodeFile("a.yaml", "v: on\n---\napiVersion: v1\nkind: K\nv: on\n---\nv: on\n")),
              ElementsAre(R"({"v":"on"})", R"({"apiVersion":"v1","kind":"K","v":true})", R"({"v":"on"})"));
  EXPECT_THAT(Identities(DecodeFile("a.yaml", "v: on\n---\napiVersion: v1\nkind: K\nv: on\n---\nv: on\n")),
              ElementsAre("Data", "K/~", "Data~2"));
}

TEST(Kubernetes, OrdinalsCountEqualIdentitiesOnly) {
  const Decoded decoded = DecodeFile("a.yaml", Object("v1", "A", "{name: x}") + Object("v1", "B", "{name: x}") +
                                                   Object("v1", "A", "{name: x}") + Object("v2", "A", "{name: x}"));
  EXPECT_THAT(Identities(decoded), ElementsAre("A/x", "B/x", "A/x~2", "A/x~3"));
  EXPECT_FALSE(decoded.resources[0].duplicate);
  EXPECT_FALSE(decoded.resources[1].duplicate);
  EXPECT_TRUE(decoded.resources[2].duplicate);
  EXPECT_TRUE(decoded.resources[3].duplicate);
}

TEST(Kubernetes, NamesThatAreOdd) {
  EXPECT_THAT(Identities(DecodeFile(
                  "a.yaml", Object("v1", "A", "{generateName: build-}") + Object("v1", "A", "{generateName: build-}") +
                                Object("v1", "A", "{}") + Object("v1", "A", "") + Object("v1", "A", "{name: 0123}") +
                                Object("v1", "A", "{name: yes, namespace: 1.50}") + Object("v1", "A", "{name: null}") +
                                Object("v1", "A", "{name: \"\"}") + Object("v1", "A", "{name: '${app}-x'}") +
                                Object("v1", "A", "{name: {{ .Values.name }}}") + Object("v1", "A", "{name: 'a/b~2'}") +
                                Object("v1", "A", "{name: \"x\\ny\"}"))),
              ElementsAre("A/~build-", "A/~build-~2", "A/~", "A/~~2", "A/0123", "A/1.50/yes", "A/~~3", "A/~~4",
                          "A/${app}-x", "Template", "A/a%2Fb%7E2", "A/x%0Ay"));
}

TEST(Kubernetes, NamesThroughAnchorsAndMerges) {
  EXPECT_THAT(Identities(DecodeFile("a.yaml",
                                    "apiVersion: v1\nkind: A\nx: &m {name: n, namespace: s}\nmetadata: *m\n---\n"
                                    "apiVersion: v1\nkind: A\nmetadata: {<<: {name: merged}}\n---\n"
                                    "<<: {apiVersion: v1, kind: B}\nmetadata: {name: b}\n")),
              ElementsAre("A/s/n", "A/merged", "B/b"));
}

TEST(KubernetesLists, ItemsAreTheResources) {
  const Decoded decoded = DecodeFile("a.yaml",
                                     "apiVersion: v1\n"               // 1
                                     "kind: List\n"                   // 2
                                     "items:\n"                       // 3
                                     "# the first\n"                  // 4
                                     "- apiVersion: v1\n"             // 5
                                     "  kind: A\n"                    // 6
                                     "  metadata: {name: a}\n"        // 7
                                     "- {apiVersion: v1, kind: B,\n"  // 8
                                     "   v: yes}\n"                   // 9
                                     "- other: yes\n"                 // 10
                                     "-\n"                            // 11
                                     "metadata: {}\n");               // 12
  EXPECT_EQ(decoded.outcome, Outcome::kDecoded);
  EXPECT_THAT(Identities(decoded), ElementsAre("A/a", "B/~", "Data"));
  EXPECT_THAT(Contents(decoded), ElementsAre(R"({"apiVersion":"v1","kind":"A","metadata":{"name":"a"}})",
                                             R"({"apiVersion":"v1","kind":"B","v":true})", R"({"other":"yes"})"));
  EXPECT_EQ(decoded.resources[0].lines, (LineRange{5, 7}));
  EXPECT_EQ(decoded.resources[1].lines, (LineRange{8, 9}));
  EXPECT_EQ(decoded.resources[2].lines, (LineRange{10, 10}));
  EXPECT_EQ(decoded.resources[1].location, "/items/1");
}

TEST(KubernetesLists, ItemsOfTypedListsNeedNoType) {
  EXPECT_THAT(Identities(DecodeFile("a.yaml",
                                    "apiVersion: apps/v1\nkind: DeploymentList\nitems:\n- metadata: {name: a}\n"
                                    "- metadata: {name: b}\n")),
              ElementsAre("Deployment.apps/a", "Deployment.apps/b"));
}

TEST(KubernetesLists, NestAndMayBeEmpty) {
  const Decoded nested = DecodeFile("a.yaml",
                                    "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: List\n  items:\n"
                                    "  - {apiVersion: v1, kind: A, metadata: {name: a}}\n");
  EXPECT_THAT(Identities(nested), ElementsAre("A/a"));
  EXPECT_EQ(nested.resources[0].location, "/items/0/items/0");
  for (const char* items : {"items: []\n", "items: null\n", "items:\n"}) {
    const Decoded empty = DecodeFile("a.yaml", "apiVersion: v1\nkind: List\n" + std::string(items));
    EXPECT_EQ(empty.outcome, Outcome::kDecoded) << items;
    EXPECT_THAT(empty.resources, IsEmpty()) << items;
  }
}

TEST(KubernetesLists, OtherKindsThatEndInList) {
  EXPECT_THAT(Identities(DecodeFile("a.yaml", Object("x.io/v1", "AllowList", "{name: a}"))),
              ElementsAre("AllowList.x.io/a"));
  EXPECT_THAT(Identities(DecodeFile("a.yaml", "apiVersion: x.io/v1\nkind: AllowList\nitems: [10.0.0.0/8]\n")),
              ElementsAre("AllowList.x.io/~"));
}

TEST(KubernetesJson, IsTypedAsACluster) {
  const Decoded decoded = DecodeFile(
      "a.json", R"({"kind":"A","apiVersion":"v1","metadata":{"name":"x"},"f":1.0,"i":-0,"s":"yes","e":1e3,"b":true})");
  EXPECT_THAT(Identities(decoded), ElementsAre("A/x"));
  EXPECT_THAT(Contents(decoded),
              ElementsAre(R"({"apiVersion":"v1","b":true,"e":1000,"f":1,"i":0,"kind":"A","metadata":{"name":"x"},)"
                          R"("s":"yes"})"));
  EXPECT_EQ(decoded.resources[0].lines, LineRange{});
  const Decoded list = DecodeFile("a.json",
                                  "{\"kind\":\"List\",\"apiVersion\":\"v1\",\"items\":[\n"
                                  "  {\"kind\":\"A\",\n   \"apiVersion\":\"v1\"},\n  {}\n]}\n");
  EXPECT_THAT(Identities(list), ElementsAre("A/~", "Data"));
  EXPECT_EQ(list.resources[0].lines, (LineRange{2, 3}));
  EXPECT_EQ(list.resources[1].lines, (LineRange{4, 4}));
}

TEST(Kustomization, ByNameOrType) {
  const auto formats = [](std::string_view path, std::string_view text) {
    std::vector<std::string> found;
    for (const DecodedResource& resource : DecodeFile(path, text).resources) {
      found.push_back(std::string(FormatName(resource.format)) + " " + resource.identity);
    }
    return found;
  };
  const std::string_view typed = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a]\n";
  const std::string_view component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n";
  EXPECT_THAT(formats("x/kustomization.yaml", typed), ElementsAre("kustomization Kustomization"));
  EXPECT_THAT(formats("x/kustomization.yml", component), ElementsAre("kustomization Kustomization"));
  EXPECT_THAT(formats("x/Kustomization", "resources:\n- a\n"), ElementsAre("kustomization Kustomization"));
  EXPECT_THAT(formats("x/kustomization.yaml", "kind: Kustomization\n"), ElementsAre("kustomization Kustomization"));
  EXPECT_THAT(formats("x/kustomization.yaml", "a: 1\n---\nb: 2\n"),
              ElementsAre("kustomization Kustomization", "kustomization Kustomization~2"));
  EXPECT_THAT(formats("base.yaml", typed), ElementsAre("kustomization Kustomization"));
  EXPECT_THAT(formats("base.yaml", "resources: [a]\n"), ElementsAre("data Data"));
  EXPECT_THAT(formats("x/kustomization.yaml", "- a\n"), ElementsAre("data Data"));
  // Flux's is an ordinary object, whatever the file is called.
  EXPECT_THAT(formats("x/kustomization.yaml",
                      "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a}\n"),
              ElementsAre("kubernetes Kustomization.kustomize.toolkit.fluxcd.io/a"));
}

TEST(Kustomization, IsTypedAsKubernetes) {
  EXPECT_EQ(ContentOf("kustomization.yaml", "generatorOptions: {disableNameSuffixHash: yes}\n"),
            R"({"generatorOptions":{"disableNameSuffixHash":true}})");
}

}  // namespace
}  // namespace setpoint::storage
