// Templates of Azure's Resource Manager (formats.md, ARM).
#include "storage/formats/arm.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/formats/resource_key.h"
#include "tests/storage/formats/decode_support.h"

namespace setpoint::storage {
namespace {

using testing::ElementsAre;

constexpr std::string_view kSchema =
    R"("$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#")";

std::string Template(std::string_view rest) { return "{" + std::string(kSchema) + ", " + std::string(rest) + "}"; }

std::string Utf16(std::string_view ascii, bool little_endian) {
  std::string text = little_endian ? "\xFF\xFE" : "\xFE\xFF";
  for (const char c : ascii) {
    if (!little_endian) text.push_back('\0');
    text.push_back(c);
    if (little_endian) text.push_back('\0');
  }
  return text;
}

TEST(Arm, SchemasOfTemplates) {
  EXPECT_TRUE(IsArmSchema("https://schema.management.azure.com/schemas/2015-01-01/deploymentTemplate.json#"));
  EXPECT_TRUE(IsArmSchema("http://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json"));
  EXPECT_TRUE(IsArmSchema("https://SCHEMA.management.azure.com/schemas/x/DeploymentTemplate.JSON#"));
  EXPECT_FALSE(IsArmSchema("https://schema.management.azure.com/schemas/2015-01-01/deploymentParameters.json#"));
  EXPECT_FALSE(IsArmSchema("https://example.org/deploymentTemplate.json"));
  EXPECT_THAT(Identities(DecodeFile("a.json", R"({"resources": [{"type": "A/b", "name": "x"}]})")),
              ElementsAre("Data"));
}

TEST(Arm, TypesInLowerCaseAndNamesAsWritten) {
  const Decoded decoded = DecodeFile("main.json", Template(R"("parameters": {"n": {}}, "resources": [
    {"type": "Microsoft.Storage/storageAccounts", "name": "[parameters('n')]", "apiVersion": "2021-01-01", "copy": {}},
    {"type": "Microsoft.Sql/servers", "name": "[concat('a',
        'b')]", "resources": [{"type": "databases", "name": "db", "resources": [{"type": "policies", "name": "p"}]}]}
  ])"));
  EXPECT_EQ(decoded.outcome, Outcome::kDecoded) << decoded.reason;
  EXPECT_THAT(
      Identities(decoded),
      ElementsAre("microsoft.storage/storageaccounts/[parameters('n')]", "microsoft.sql/servers/[concat('a', 'b')]",
                  "microsoft.sql/servers/databases/[concat('a', 'b')]/db",
                  "microsoft.sql/servers/databases/policies/[concat('a', 'b')]/db/p", "Template"));
  // Children are resources of their own, and no field of their parent.
  EXPECT_EQ(decoded.resources[1].content.find("databases"), std::string::npos);
  EXPECT_EQ(decoded.resources[2].location, "/resources/1/resources/0");
  EXPECT_EQ(decoded.resources[4].content.find("resources"), std::string::npos);
  EXPECT_NE(decoded.resources[4].content.find("parameters"), std::string::npos);
}

TEST(Arm, NestedDeploymentsAreEnteredUnderAPrefix) {
  const Decoded decoded = DecodeFile("main.json", Template(R"("resources": [
    {"type": "Microsoft.Resources/deployments", "name": "inner", "properties": {"mode": "Incremental", "template": {
      "outputs": {}, "resources": [{"type": "Microsoft.Web/sites", "name": "w"}]}}}])"));
  EXPECT_THAT(Identities(decoded),
              ElementsAre("microsoft.resources/deployments/inner",
                          "microsoft.resources/deployments/inner/microsoft.web/sites/w", "Template"));
  EXPECT_EQ(decoded.resources[0].content,
            R"({"name":"inner","properties":{"mode":"Incremental","template":{"outputs":{}}},)"
            R"("type":"Microsoft.Resources/deployments"})");
}

TEST(Arm, SymbolicNames) {
  const Decoded decoded = DecodeFile("main.json", Template(R"("languageVersion": "2.0", "resources": {
    "site": {"type": "Microsoft.Web/sites", "name": "w"}, "plan": {"type": "Microsoft.Web/plans", "name": "p"}})"));
  EXPECT_THAT(Identities(decoded), ElementsAre("site", "plan", "Template"));
}

TEST(Arm, CommentsCommasLineBreaksAndMarks) {
  const std::string body = R"("variables": {"a": "one
	two"}, /* a comment */ "resources": [ // and one more
    {"type": "A.B/c", "name": "x",},],)";
  const Decoded plain = DecodeFile("a.json", Template(body));
  EXPECT_EQ(plain.outcome, Outcome::kDecoded) << plain.reason;
  EXPECT_THAT(Identities(plain), ElementsAre("a.b/c/x", "Template"));
  EXPECT_NE(plain.resources[1].content.find(R"("a":"one\n\ttwo")"), std::string::npos);
  EXPECT_EQ(plain.resources[0].lines, (LineRange{3, 3}));
  EXPECT_EQ(Contents(DecodeFile("a.json", "\xEF\xBB\xBF" + Template(body))), Contents(plain));
  EXPECT_EQ(Contents(DecodeFile("a.json", Utf16(Template(body), true))), Contents(plain));
  EXPECT_EQ(Contents(DecodeFile("a.json", Utf16(Template(body), false))), Contents(plain));
}

TEST(Arm, OtherJsonGetsNoneOfThis) {
  EXPECT_EQ(DecodeFile("a.json", "{\"a\": \"one\ntwo\"}").outcome, Outcome::kFailed);
  EXPECT_EQ(DecodeFile("a.json", Utf16(R"({"a": 1})", true)).outcome, Outcome::kNotDecoded);
  EXPECT_THAT(Identities(DecodeFile("a.json", Utf16("{\"schema.management.azure.com\": 1}", true))),
              ElementsAre("File"));
}

TEST(Arm, BrokenTextsFail) {
  EXPECT_EQ(DecodeFile("a.json", Template(R"("resources": [)")).outcome, Outcome::kFailed);
  EXPECT_EQ(DecodeFile("a.json", Utf16(Template(R"("resources": [)"), true)).outcome, Outcome::kFailed);
  std::string odd = Utf16(Template(R"("resources": [])"), true);
  odd.push_back('x');
  EXPECT_EQ(DecodeFile("a.json", odd).outcome, Outcome::kNotDecoded);
}

TEST(Arm, KindsForFilters) {
  EXPECT_EQ(ParseIdentity(Format::kArm, "microsoft.web/sites/[parameters('a/b')]").kind, "microsoft.web/sites");
  EXPECT_EQ(ParseIdentity(Format::kArm, "microsoft.web/sites/w").kind, "microsoft.web/sites");
  EXPECT_EQ(ParseIdentity(Format::kArm, "microsoft.web/sites/w").name, "w");
  EXPECT_EQ(ParseIdentity(Format::kArm, "microsoft.sql/servers/databases/s/d").kind, "microsoft.sql/servers/databases");
  EXPECT_FALSE(IdentityNamesThing(Format::kArm, "Template"));
}

}  // namespace
}  // namespace setpoint::storage
