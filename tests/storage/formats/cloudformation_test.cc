// CloudFormation and SAM (formats.md).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/formats/resource_key.h"
#include "tests/storage/formats/decode_support.h"

namespace setpoint::storage {
namespace {

using testing::ElementsAre;

std::string ContentAt(const Decoded& decoded, std::string_view identity) {
  for (const DecodedResource& resource : decoded.resources) {
    if (resource.identity == identity) return resource.content;
  }
  return "no " + std::string(identity);
}

TEST(CloudFormation, EachLogicalIdAndEachMemberOfASectionIsAResource) {
  const Decoded decoded = DecodeFile("stack.yaml", R"(AWSTemplateFormatVersion: 2010-09-09
Description: a stack
Parameters:
  Size: {Type: String, Default: t3.small}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Mappings:
  Regions: {eu: {ami: x}}
Rules:
  OnlyProd: {Assertions: []}
Resources:
  WebServer:
    Type: AWS::EC2::Instance
    Properties: {InstanceType: !Ref Size}
Outputs:
  Address:
    Value: !GetAtt WebServer.Network.PublicIp
)");
  EXPECT_EQ(decoded.outcome, Outcome::kDecoded) << decoded.reason;
  EXPECT_THAT(Identities(decoded), ElementsAre("Parameters.Size", "Conditions.IsProd", "Mappings.Regions",
                                               "Rules.OnlyProd", "WebServer", "Outputs.Address", "Template"));
  for (const DecodedResource& resource : decoded.resources) EXPECT_EQ(resource.format, Format::kCloudFormation);
  EXPECT_EQ(ContentAt(decoded, "WebServer"),
            R"({"Properties":{"InstanceType":{"Ref":"Size"}},"Type":"AWS::EC2::Instance"})");
  EXPECT_EQ(ContentAt(decoded, "Conditions.IsProd"), R"({"Fn::Equals":[{"Ref":"Stage"},"prod"]})");
  EXPECT_EQ(ContentAt(decoded, "Outputs.Address"), R"({"Value":{"Fn::GetAtt":["WebServer","Network.PublicIp"]}})");
  EXPECT_EQ(ContentAt(decoded, "Template"), R"({"AWSTemplateFormatVersion":"2010-09-09","Description":"a stack"})");
  EXPECT_EQ(decoded.resources[4].lines, (LineRange{12, 14}));
}

TEST(CloudFormation, YamlAndJsonOfEqualMeaningAreEqual) {
  const Decoded yaml = DecodeFile("a.yaml", R"(Resources:
  A:
    Type: AWS::SNS::Topic
    Condition: IsProd
    Properties:
      Name: !Sub '${AWS::StackName}-a'
      Cond: !If [!Condition IsProd, 1, !Ref "AWS::NoValue"]
      Zone: !Select [0, !GetAZs '']
      Arn: !GetAtt [B, Arn]
      Text: !Join ['', [a, !ImportValue x]]
)");
  const Decoded json = DecodeFile("a.json", R"({"Resources": {"A": {"Type": "AWS::SNS::Topic", "Condition": "IsProd",
      "Properties": {"Name": {"Fn::Sub": "${AWS::StackName}-a"},
      "Cond": {"Fn::If": [{"Condition": "IsProd"}, 1, {"Ref": "AWS::NoValue"}]},
      "Zone": {"Fn::Select": [0, {"Fn::GetAZs": ""}]}, "Arn": {"Fn::GetAtt": ["B", "Arn"]},
      "Text": {"Fn::Join": ["", ["a", {"Fn::ImportValue": "x"}]]}}}}})");
  ASSERT_THAT(Identities(yaml), ElementsAre("A"));
  EXPECT_EQ(Contents(yaml), Contents(json));
}

TEST(CloudFormation, TellsTemplatesFromWhatOnlyLooksAlike) {
  // No version, as in one real template of five.
  EXPECT_THAT(Identities(DecodeFile("a.yaml", "Resources: {A: {Type: 'Custom::X'}}\n")), ElementsAre("A"));
  // SAM, with a transform and globals.
  EXPECT_THAT(Identities(DecodeFile("a.yaml",
                                    "Transform: AWS::Serverless-2016-10-31\nGlobals: {Function: {Timeout: 3}}\n"
                                    "Resources: {F: {Type: AWS::Serverless::Function}}\n")),
              ElementsAre("Globals.Function", "F", "Template"));
  for (const std::string_view text :
       {"Resources: {A: {Type: Widget}}\n", "Resources: [a, b]\n", "Resources: {A: x}\n", "Resources: {}\n",
        "Resources: {A: {Type: 'A::B'}, B: {Type: Widget}}\n", "resources: {A: {Type: 'A::B'}}\n"}) {
    EXPECT_THAT(Identities(DecodeFile("a.yaml", text)), ElementsAre("Data")) << text;
  }
  // A template that says so keeps its unfinished member.
  EXPECT_THAT(Identities(DecodeFile("a.yaml",
                                    "AWSTemplateFormatVersion: 2010-09-09\n"
                                    "Resources: {A: {Type: 'A::B'}, B: {}, 'Fn::ForEach::X': []}\n")),
              ElementsAre("A", "B", "Fn::ForEach::X", "Template"));
  // A Kubernetes object stays one.
  EXPECT_THAT(Identities(DecodeFile("a.yaml", "apiVersion: v1\nkind: K\nResources: {A: {Type: 'A::B'}}\n")),
              ElementsAre("K/~"));
}

TEST(CloudFormation, ATemplateOfNothingButFunctionsSaysSo) {
  EXPECT_THAT(
      Identities(DecodeFile("a.yaml",
                            "AWSTemplateFormatVersion: '2010-09-09'\nTransform: AWS::LanguageExtensions\n"
                            "Resources:\n  Fn::ForEach::Tables: [x, [a], {'T${x}': {Type: 'AWS::S3::Bucket'}}]\n")),
      ElementsAre("Fn::ForEach::Tables", "Template"));
  EXPECT_THAT(Identities(DecodeFile("a.yaml", "Resources:\n  Fn::ForEach::Tables: [x]\n")), ElementsAre("Data"));
  EXPECT_THAT(Identities(DecodeFile("a.yaml", "AWSTemplateFormatVersion: '2010-09-09'\nResources: {}\n")),
              ElementsAre("Data"));
}

TEST(CloudFormation, AModuleInPlaceOfATypeIsAResource) {
  const Decoded yaml =
      DecodeFile("a.yaml", "Resources:\n  M: {Type: !Rain::Module m.yml}\n  Q: {Type: 'AWS::SQS::Queue'}\n");
  EXPECT_THAT(Identities(yaml), ElementsAre("M", "Q"));
  const Decoded json = DecodeFile(
      "a.json", R"({"Resources": {"M": {"Type": {"Rain::Module": "m.yml"}}, "Q": {"Type": "AWS::SQS::Queue"}}})");
  EXPECT_THAT(Identities(json), ElementsAre("M", "Q"));
  EXPECT_EQ(yaml.resources[0].content, R"({"Type":{"Rain::Module":"m.yml"}})");
  EXPECT_EQ(yaml.resources[0].content_hash, json.resources[0].content_hash);
  EXPECT_THAT(Identities(DecodeFile("a.yaml", "Resources:\n  M: {Type: !module m.yml}\n")), ElementsAre("Data"));
  EXPECT_THAT(Identities(DecodeFile("a.yaml", "Resources:\n  M: {Type: {}}\n")), ElementsAre("Data"));
}

TEST(CloudFormation, OutsideOfTemplatesTagsStayTags) {
  EXPECT_EQ(ContentOf("a.yaml", "a: !Ref x\n"), R"({"a":{"$tag":"!Ref","$value":"x"}})");
}

TEST(CloudFormation, IdentitiesNameThingsAndHaveKinds) {
  EXPECT_TRUE(IdentityNamesThing(Format::kCloudFormation, "WebServer"));
  EXPECT_FALSE(IdentityNamesThing(Format::kCloudFormation, "Template"));
  EXPECT_EQ(ParseIdentity(Format::kCloudFormation, "Outputs.Address").kind, "Outputs");
  EXPECT_EQ(ParseIdentity(Format::kCloudFormation, "Outputs.Address").name, "Address");
  EXPECT_EQ(ParseIdentity(Format::kCloudFormation, "WebServer").kind, "Resource");
  EXPECT_EQ(ParseIdentity(Format::kCloudFormation, "WebServer").name, "WebServer");
}

TEST(CloudFormation, ATemplateOfManyFunctionsEndsAtItsDepth) {
  std::string text = "Resources: {A: {Type: 'A::B', P: ";
  for (int i = 0; i < 100; ++i) text += "!Sub [";
  for (int i = 0; i < 100; ++i) text += "]";
  const Decoded decoded = DecodeFile("a.yaml", text + "}}\n");
  EXPECT_EQ(decoded.outcome, Outcome::kFailed);
}

}  // namespace
}  // namespace setpoint::storage
