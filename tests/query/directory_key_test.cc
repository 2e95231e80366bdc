// Keys of resources that are numbered over their directory, where a file's own numbers differ.
#include "query/directory_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "query/explain.h"
#include "query/get.h"
#include "query/json_writer.h"
#include "query/list.h"
#include "query/position.h"
#include "query/raw_text.h"
#include "tests/support/git_history.h"
#include "tests/support/store_under_test.h"
#include "tests/support/temporary_directory.h"

namespace setpoint::query {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class DirectoryKeyTest : public testing::Test {
 protected:
  DirectoryKeyTest() : history_(directory_.path() + "/source") {
    const auto first =
        history_.Commit({.files = {{"d/a.tf", "# first\nlocals {\n  x = 1\n}\n"},
                                   {"d/b.tf", "locals {\n  x = 2\n  y = 1\n  x = 3\n}\ndata \"aws_ami\" \"z\" {}\n"},
                                   {"c.yaml", "a: 1\n"}}});
    history_.SetRef("refs/heads/main", first);
    store_ = std::make_unique<test::StoreUnderTest>(directory_.path() + "/store", history_.directory());
    store_->Ingest();
  }

  static ResolvedPosition Main(const View& view) {
    auto position = ResolvePosition(view, {.repository = "", .text = "main"});
    EXPECT_TRUE(position.ok()) << position.status();
    return *position;
  }

  std::string Raw(const std::string& key) {
    const View view(store_->database());
    const ResolvedPosition at = Main(view);
    auto version = GetResource(view, at.position, key);
    if (!version.ok()) return std::string(version.status().message());
    auto text = ReadRawText(view, {at.repository, at.position, *version});
    return text.ok() ? *text : std::string(text.status().message());
  }

  const test::TemporaryDirectory directory_;
  test::GitHistory history_;
  std::unique_ptr<test::StoreUnderTest> store_;
};

TEST_F(DirectoryKeyTest, RawTextIsThatOfTheFile) {
  EXPECT_EQ(Raw("d/#local.x"), "  x = 1\n");
  EXPECT_EQ(Raw("d/#local.x~2"), "  x = 2\n");
  EXPECT_EQ(Raw("d/#local.x~3"), "  x = 3\n");
  EXPECT_EQ(Raw("d/#local.y"), "  y = 1\n");
}

TEST_F(DirectoryKeyTest, ExplainTellsTheKeysOfTheState) {
  const View view(store_->database());
  const ResolvedPosition at = Main(view);
  const auto file = ExplainFile(view, at, "d/b.tf");
  ASSERT_TRUE(file.ok()) << file.status();
  JsonWriter writer;
  ASSERT_TRUE(WriteExplained(view, at, *file, writer).ok());
  const std::string& json = writer.text();
  EXPECT_THAT(json, HasSubstr(R"("key":"d/#local.x~2")"));
  EXPECT_THAT(json, HasSubstr(R"("key":"d/#local.x~3")"));
  EXPECT_THAT(json, HasSubstr(R"({"asked":"name","answer":"terraform"})"));
  EXPECT_EQ(*KeyInDirectory(view, at.position, "d/z.tf", "d/#local.x"), "d/#local.x");
  EXPECT_EQ(*KeyInDirectory(view, at.position, "c.yaml", "c.yaml#Data"), "c.yaml#Data");
}

TEST_F(DirectoryKeyTest, ListsByFormatAndKind) {
  const View view(store_->database());
  const auto keys = [&view](const Selector& selector) {
    const auto answer = ListResources(view, {Main(view).position, selector, ""});
    EXPECT_TRUE(answer.ok()) << answer.status();
    std::vector<std::string> found;
    for (const ListItem& item : *answer) found.emplace_back(item.key);
    return found;
  };
  EXPECT_THAT(keys({.format = storage::Format::kTerraform}),
              ElementsAre("d/#data.aws_ami.z", "d/#local.x", "d/#local.x~2", "d/#local.x~3", "d/#local.y"));
  EXPECT_THAT(keys({.kind = "data.aws_ami"}), ElementsAre("d/#data.aws_ami.z"));
  EXPECT_THAT(keys({.kind = "local", .name = "x"}), ElementsAre("d/#local.x", "d/#local.x~2", "d/#local.x~3"));
}

}  // namespace
}  // namespace setpoint::query
