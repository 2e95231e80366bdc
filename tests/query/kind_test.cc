// Asking for a kind where the key does not tell it: types of CloudFormation, of Azure and of Deployment Manager.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "query/explain.h"
#include "query/json_writer.h"
#include "query/list.h"
#include "query/position.h"
#include "query/search.h"
#include "tests/support/git_history.h"
#include "tests/support/store_under_test.h"
#include "tests/support/temporary_directory.h"

namespace setpoint::query {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kStack[] =
    "Parameters: {P: {Type: String}}\n"
    "Resources:\n  Bucket: {Type: 'AWS::S3::Bucket'}\n  Queue: {Type: 'AWS::SQS::Queue'}\n";
constexpr char kStackWithoutBucket[] =
    "Parameters: {P: {Type: String}}\nResources:\n  Queue: {Type: 'AWS::SQS::Queue'}\n";
constexpr char kArm[] =
    R"({"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",)"
    R"("resources": [{"type": "Microsoft.Compute/disks", "name": "d"}]})";
constexpr char kSymbolic[] =
    R"({"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",)"
    R"("languageVersion": "2.0", "resources": {"disk": {"type": "Microsoft.Compute/disks", "name": "d"}}})";
constexpr char kConfiguration[] = "imports: []\nresources: [{name: vm, type: compute.v1.instance}]\n";

class KindTest : public testing::Test {
 protected:
  KindTest() : history_(directory_.path() + "/source") {
    const auto first = history_.Commit({.files = {{"stack.yaml", kStack},
                                                  {"arm.json", kArm},
                                                  {"symbolic.json", kSymbolic},
                                                  {"vm.yaml", kConfiguration},
                                                  {"data.yaml", "Type: 'AWS::S3::Bucket'\n"}}});
    const auto second = history_.Commit({.parents = {first}, .files = {{"stack.yaml", kStackWithoutBucket}}});
    history_.SetRef("refs/heads/main", second);
    history_.SetRef("refs/heads/old", first);
    store_ = std::make_unique<test::StoreUnderTest>(directory_.path() + "/store", history_.directory());
    store_->Ingest();
  }

  std::vector<std::string> List(const Selector& selector, const std::string& at = "old") {
    const View view(store_->database());
    const auto position = ResolvePosition(view, {.repository = "", .text = at});
    EXPECT_TRUE(position.ok()) << position.status();
    const auto answer = ListResources(view, {.position = position->position, .selector = selector, .after_key = {}});
    EXPECT_TRUE(answer.ok()) << answer.status();
    std::vector<std::string> keys;
    for (const ListItem& item : *answer) keys.emplace_back(item.key);
    return keys;
  }

  // The operations of the changes that a search finds, newest first.
  std::vector<storage::Operation> Search(const std::string& kind) {
    const View view(store_->database());
    std::vector<storage::Operation> operations;
    SearchRequest request;
    request.repository = view.catalog.names.FindRepository("repo");
    request.filter.kind = kind;
    const absl::Status status = query::Search(view, request, [&operations](const SearchItem& item) {
      operations.push_back(item.version.operation);
      return true;
    });
    EXPECT_TRUE(status.ok()) << status;
    return operations;
  }

  const test::TemporaryDirectory directory_;
  test::GitHistory history_;
  std::unique_ptr<test::StoreUnderTest> store_;
};

TEST_F(KindTest, ATypeOfCloudFormationIsAKind) {
  EXPECT_THAT(List({.kind = "AWS::S3::Bucket"}), ElementsAre("stack.yaml#Bucket"));
  EXPECT_THAT(List({.kind = "AWS::S3::Bucket"}, "main"), IsEmpty());
  EXPECT_THAT(List({.kind = "AWS::S3"}), IsEmpty());
  EXPECT_THAT(List({.kind = "AWS::S3::Bucket", .format = storage::Format::kArm}), IsEmpty());
  EXPECT_THAT(List({.kind = "Resource", .format = storage::Format::kCloudFormation}),
              ElementsAre("stack.yaml#Bucket", "stack.yaml#Queue"));
  EXPECT_THAT(List({.kind = "Parameters"}), ElementsAre("stack.yaml#Parameters.P"));
}

TEST_F(KindTest, ASearchForATypeFindsItsDeletionToo) {
  EXPECT_THAT(Search("AWS::S3::Bucket"), ElementsAre(storage::Operation::kDeleted, storage::Operation::kCreated));
  EXPECT_THAT(Search("AWS::SQS::Queue"), ElementsAre(storage::Operation::kCreated));
  EXPECT_THAT(Search("AWS::EC2::Instance"), IsEmpty());
}

TEST_F(KindTest, ATypeOfAzureIsAKindInAnyCase) {
  EXPECT_THAT(List({.kind = "microsoft.compute/disks"}), ElementsAre("arm.json#microsoft.compute/disks/d"));
  EXPECT_THAT(List({.kind = "Microsoft.Compute/Disks"}), ElementsAre("arm.json#microsoft.compute/disks/d"));
  EXPECT_THAT(List({.format = storage::Format::kArm, .fields = {{"/type", "Microsoft.Compute/disks"}}}),
              ElementsAre("arm.json#microsoft.compute/disks/d", "symbolic.json#disk"));
}

TEST_F(KindTest, WhatHasNoTypeInItsKeyIsAResource) {
  EXPECT_THAT(List({.kind = "Resource"}),
              ElementsAre("stack.yaml#Bucket", "stack.yaml#Queue", "symbolic.json#disk", "vm.yaml#vm"));
  EXPECT_THAT(List({.kind = "Template"}), ElementsAre("arm.json#Template", "symbolic.json#Template"));
  EXPECT_THAT(List({.kind = "Configuration"}), ElementsAre("vm.yaml#Configuration"));
}

TEST_F(KindTest, AnExplanationTellsTheType) {
  const View view(store_->database());
  const auto position = ResolvePosition(view, {.repository = "", .text = "old"});
  ASSERT_TRUE(position.ok()) << position.status();
  for (const auto& [path, wanted] : std::vector<std::pair<std::string, std::string>>{
           {"stack.yaml", R"("kind":"Resource","type":"AWS::S3::Bucket")"},
           {"stack.yaml", R"("kind":"Parameters","type":null)"},
           {"arm.json", R"("kind":"microsoft.compute/disks","type":null)"},
           {"symbolic.json", R"("kind":"Resource","type":"Microsoft.Compute/disks")"},
           {"vm.yaml", R"("kind":"Resource","type":"compute.v1.instance")"}}) {
    const auto file = ExplainFile(view, *position, path);
    ASSERT_TRUE(file.ok()) << file.status();
    JsonWriter json;
    ASSERT_TRUE(WriteExplained(view, *position, *file, json).ok());
    EXPECT_NE(json.text().find(wanted), std::string::npos) << json.text();
  }
}

}  // namespace
}  // namespace setpoint::query
