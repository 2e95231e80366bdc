// Which parts of a document are secrets, and what stands in their place.
#include "query/redaction.h"

#include <gtest/gtest.h>

#include <string>

namespace setpoint::query {
namespace {

constexpr std::string_view kKey = "0123456789abcdef0123456789abcdef";

// With each digest cut to "#", so that the shape is seen.
std::string Shape(std::string_view key, std::string_view content) {
  const auto redacted = Redact({.key = key, .content = content}, kKey);
  EXPECT_TRUE(redacted.ok()) << redacted.status();
  if (!redacted.ok() || !redacted->has_value()) return "nothing";
  std::string shape = **redacted;
  const std::string_view mark = "hmac-sha256:";
  for (size_t at = shape.find(mark); at != std::string::npos; at = shape.find(mark)) {
    shape.replace(at, mark.size() + 64, "#");
  }
  return shape;
}

std::string DigestOf(std::string_view content, std::string_view redaction_key) {
  const auto redacted = Redact({.key = "a.yaml#Secret/a", .content = content}, redaction_key);
  EXPECT_TRUE(redacted.ok() && redacted->has_value());
  const size_t at = (*redacted)->find("hmac-sha256:");
  return (*redacted)->substr(at + 12, 64);
}

TEST(RedactionTest, DataOfASecretWhateverItsTypes) {
  EXPECT_EQ(
      Shape("a.yaml#Secret/a", R"({"data":{"a":"eA==","b":7,"c":null,"d":{"e":true},"f":["g",[]]},"kind":"Secret",)"
                               R"("metadata":{"name":"a"},"stringData":{"h":"i"},"type":"Opaque"})"),
      R"({"data":{"a":"#","b":"#","c":null,"d":{"e":"#"},"f":["#",[]]},"kind":"Secret",)"
      R"("metadata":{"name":"a"},"stringData":{"h":"#"},"type":"Opaque"})");
  EXPECT_EQ(Shape("a.yaml#Secret/a", R"({"data":"x","kind":"Secret"})"), R"({"data":"#","kind":"Secret"})");
}

TEST(RedactionTest, OtherKindsAndReferencesToSecretsHoldNone) {
  EXPECT_EQ(Shape("a.yaml#ConfigMap/a", R"({"data":{"a":"x"},"kind":"ConfigMap"})"), "nothing");
  EXPECT_EQ(Shape("a.yaml#Pod/a", R"({"kind":"Pod","spec":{"imagePullSecrets":[{"name":"x"}]}})"), "nothing");
  EXPECT_EQ(Shape("a.yaml#Data", R"({"ref":{"kind":"Secret","name":"x"}})"), "nothing");
  EXPECT_EQ(Shape("a.yaml#Secret/a", R"({"kind":"Secret","metadata":{"name":"a"}})"), "nothing");
}

TEST(RedactionTest, AnItemOfASecretListNeedNotSayItsKind) {
  EXPECT_EQ(Shape("a.yaml#Secret/a", R"({"data":{"a":"x"},"metadata":{"name":"a"}})"),
            R"({"data":{"a":"#"},"metadata":{"name":"a"}})");
}

TEST(RedactionTest, SecretsInsideOfOtherDocuments) {
  EXPECT_EQ(Shape("a.yaml#Data", R"({"extra":[{"data":{"a":"x"},"kind":"Secret"}],"x":"y"})"),
            R"({"extra":[{"data":{"a":"#"},"kind":"Secret"}],"x":"y"})");
  // As text: a manifest in a ConfigMap, in YAML and in JSON.
  EXPECT_EQ(Shape("a.yaml#ConfigMap/a", R"({"data":{"m.yaml":"kind: Secret\ndata: {}","n":"ok"},"kind":"ConfigMap"})"),
            R"({"data":{"m.yaml":"#","n":"ok"},"kind":"ConfigMap"})");
  EXPECT_EQ(Shape("a.yaml#ConfigMap/a", R"({"data":{"m":"{\"kind\": \"SealedSecret\"}"},"kind":"ConfigMap"})"),
            R"({"data":{"m":"#"},"kind":"ConfigMap"})");
}

TEST(RedactionTest, TheLastAppliedConfigurationRepeatsASecret) {
  EXPECT_EQ(Shape("a.yaml#Secret/a",
                  R"({"kind":"Secret","metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":)"
                  R"("{\"stringData\":{\"a\":\"x\"}}","other":"y"}}})"),
            R"({"kind":"Secret","metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":)"
            R"("#","other":"y"}}})");
}

TEST(RedactionTest, SealedSecrets) {
  EXPECT_EQ(
      Shape("a.yaml#SealedSecret.bitnami.com/a",
            R"({"kind":"SealedSecret","spec":{"encryptedData":{"a":"AgB"},"template":{"data":{"b":"x"},"type":"t"}}})"),
      R"({"kind":"SealedSecret","spec":{"encryptedData":{"a":"#"},"template":{"data":{"b":"#"},"type":"t"}}})");
}

TEST(RedactionTest, SopsKeepsItsFormSoThatRekeyingIsSeen) {
  EXPECT_EQ(Shape("a.yaml#Data", R"({"a":"ENC[AES256_GCM,data:x]","b":"plain","sops":{"age":[{"enc":"-----BEGIN",)"
                                 R"("recipient":"age1"}],"lastmodified":"2026","mac":"ENC[AES256_GCM,data:y]"}})"),
            R"({"a":"ENC[#]","b":"plain","sops":{"age":[{"enc":"#","recipient":"age1"}],"lastmodified":"2026",)"
            R"("mac":"ENC[#]"}})");
}

TEST(RedactionTest, LiteralsOfASecretGenerator) {
  EXPECT_EQ(Shape("k/kustomization.yaml#Kustomization",
                  R"({"secretGenerator":[{"files":["f"],"literals":["password=x"],"name":"n"}]})"),
            R"({"secretGenerator":[{"files":["f"],"literals":["#"],"name":"n"}]})");
}

TEST(RedactionTest, DigestsAreEqualWhereValuesAreAndDependOnTheKey) {
  const std::string x = DigestOf(R"({"data":{"a":"x"},"kind":"Secret"})", kKey);
  EXPECT_EQ(DigestOf(R"({"data":{"other":"x"},"kind":"Secret","z":1})", kKey), x);
  EXPECT_NE(DigestOf(R"({"data":{"a":"y"},"kind":"Secret"})", kKey), x);
  EXPECT_NE(DigestOf(R"({"data":{"a":"x"},"kind":"Secret"})", "another key"), x);
  EXPECT_TRUE(IsRedacted("\"hmac-sha256:" + x + "\""));
  EXPECT_FALSE(IsRedacted("\"x\""));
}

TEST(RedactionTest, BrokenContentIsNotShown) {
  EXPECT_EQ(Redact({.key = "a#Secret/a", .content = "{\"data\":"}, kKey).status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace setpoint::query
