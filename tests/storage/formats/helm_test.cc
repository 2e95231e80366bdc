// Helm, Deployment Manager and SOPS (formats.md).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/storage/formats/decode_support.h"

namespace setpoint::storage {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Helm, ChartsAndValuesAreToldByName) {
  EXPECT_THAT(Identities(DecodeFile("charts/web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n")),
              ElementsAre("Chart"));
  EXPECT_THAT(Identities(DecodeFile("Chart.yaml", "a: 1\n")), ElementsAre("Data"));
  EXPECT_THAT(Identities(DecodeFile("charts/web/values.yaml", "replicas: 1\n")), ElementsAre("Values"));
  EXPECT_THAT(Identities(DecodeFile("values-prod.yml", "replicas: 1\n")), ElementsAre("Values"));
  EXPECT_EQ(DecodeFile("values.yaml", "a: 1\n").resources[0].format, Format::kHelm);
  EXPECT_THAT(Identities(DecodeFile("values.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")),
              ElementsAre("ConfigMap/a"));
  EXPECT_THAT(Identities(DecodeFile("charts/web/crds/a.yaml",
                                    "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
                                    "metadata: {name: a.b}\n")),
              ElementsAre("CustomResourceDefinition.apiextensions.k8s.io/a.b"));
}

TEST(Helm, TextWithBracesThatDoesNotParseIsATemplate) {
  const Decoded decoded = DecodeFile("templates/a.yaml", "{{- if .Values.on }}\nkind: X\n{{- end }}\n");
  EXPECT_EQ(decoded.outcome, Outcome::kDecoded);
  EXPECT_THAT(decoded.reason, HasSubstr("line "));
  EXPECT_THAT(Identities(decoded), ElementsAre("Template"));
  EXPECT_EQ(decoded.resources[0].format, Format::kHelm);
  EXPECT_EQ(decoded.resources[0].content, R"({"text":"{{- if .Values.on }}\nkind: X\n{{- end }}\n"})");
  // Braces as a value are a mapping that is a key, which nobody takes.
  EXPECT_THAT(Identities(DecodeFile("a.yaml", "apiVersion: v1\nkind: K\nreplicas: {{ .n }}\n")),
              ElementsAre("Template"));
  // In quotes they are text like any other.
  EXPECT_THAT(Identities(DecodeFile("a.yaml", "apiVersion: v1\nkind: K\nmetadata: {name: '{{ .n }}'}\n")),
              ElementsAre("K/{{ .n }}"));
  // Without braces a broken text is a failure.
  EXPECT_EQ(DecodeFile("a.yaml", "a: [\n").outcome, Outcome::kFailed);
  EXPECT_EQ(DecodeFile(".github/workflows/a.yml", "a: ${{ x }}\nb: [\n").outcome, Outcome::kFailed);
  EXPECT_EQ(DecodeFile("a.yaml", "a: ${{ x\nb: [\n").outcome, Outcome::kFailed);
}

TEST(Helm, ADocumentOfATemplateCostsItsNeighboursNothing) {
  const Decoded decoded =
      DecodeFile("a.yaml", "apiVersion: v1\nkind: K\nmetadata: {name: a}\n---\n{{ if }}\nb: [\n---\nc: {{ d }}\n");
  EXPECT_EQ(decoded.outcome, Outcome::kDecoded);
  EXPECT_THAT(Identities(decoded), ElementsAre("K/a", "Template", "Template~2"));
}

TEST(Helm, Helpers) {
  EXPECT_THAT(Identities(DecodeFile("templates/_helpers.tpl", "{{- define \"a\" -}}x{{- end -}}")),
              ElementsAre("Template"));
  EXPECT_THAT(Identities(DecodeFile("charts/a/templates/NOTES.txt", "at {{ .Values.url }}")), ElementsAre("Template"));
  EXPECT_THAT(Identities(DecodeFile("a.tpl", "plain")), ElementsAre("File"));
  EXPECT_THAT(Identities(DecodeFile("NOTES.txt", "at {{ .Values.url }}")), ElementsAre("File"));
}

TEST(DeploymentManager, AListOfNamedAndTypedResources) {
  const Decoded decoded = DecodeFile("vm.yaml", R"(imports:
- path: vm.jinja
resources:
- name: web-vm
  type: compute.v1.instance
  properties: {zone: a}
- name: net
  type: vm.jinja
)");
  EXPECT_THAT(Identities(decoded), ElementsAre("web-vm", "net", "Configuration"));
  EXPECT_EQ(decoded.resources[0].format, Format::kDeploymentManager);
  EXPECT_EQ(decoded.resources[0].lines, (LineRange{4, 6}));
  EXPECT_EQ(decoded.resources[1].location, "/resources/1");
  EXPECT_EQ(decoded.resources[2].content, R"({"imports":[{"path":"vm.jinja"}]})");
}

TEST(DeploymentManager, IsNotMistakenForOthers) {
  EXPECT_THAT(Identities(DecodeFile("kustomization.yaml", "resources: [a.yaml]\n")), ElementsAre("Kustomization"));
  for (const std::string_view text :
       {"resources: [a.yaml]\n", "resources: [{name: a}]\n", "resources: []\n", "resources: {name: a, type: b}\n",
        "apiVersion: x\nresources: [{name: a, type: b}]\n", "kind: x\nresources: [{name: a, type: b}]\n"}) {
    EXPECT_THAT(Identities(DecodeFile("a.yaml", text)), ElementsAre("Data")) << text;
  }
  EXPECT_THAT(Identities(DecodeFile("a.json", R"({"resources": [{"name": "a", "type": "b"}]})")), ElementsAre("Data"));
  EXPECT_THAT(Identities(DecodeFile("vm.jinja", "resources: [{name: a, type: b}]\n")), ElementsAre("File"));
  EXPECT_THAT(Identities(DecodeFile("vm.jinja.schema", "info: {}\n")), ElementsAre("File"));
  EXPECT_THAT(Identities(DecodeFile("vm.py", "resources = []\n")), ElementsAre("File"));
}

TEST(Sops, AnObjectWhoseNameIsHiddenIsData) {
  const std::string sops = "sops: {mac: 'ENC[AES256_GCM,data:x]'}\n";
  EXPECT_THAT(Identities(DecodeFile("a.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n" + sops)),
              ElementsAre("Secret/a"));
  EXPECT_THAT(Identities(DecodeFile("a.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: 'ENC[x]'}\n" + sops)),
              ElementsAre("Data"));
  EXPECT_THAT(Identities(DecodeFile("a.yaml", "apiVersion: v1\nkind: 'ENC[x]'\nmetadata: {name: a}\n" + sops)),
              ElementsAre("Data"));
  EXPECT_THAT(Identities(DecodeFile("a.yaml", "apiVersion: 'ENC[x]'\nkind: Secret\nmetadata: {name: a}\n" + sops)),
              ElementsAre("Data"));
}

}  // namespace
}  // namespace setpoint::storage
