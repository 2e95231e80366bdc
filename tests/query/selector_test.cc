#include "query/selector.h"

#include <gtest/gtest.h>

#include <map>

#include "query/errors.h"

namespace setpoint::query {
namespace {

using storage::Format;

bool Takes(std::string_view selector, const std::map<std::string, std::string>& labels) {
  auto parsed = LabelSelector::Parse(selector);
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  return parsed.ok() && parsed->Matches([&](std::string_view key) -> std::optional<std::string> {
    const auto found = labels.find(std::string(key));
    return found == labels.end() ? std::nullopt : std::optional(found->second);
  });
}

TEST(LabelSelector, Equality) {
  EXPECT_TRUE(Takes("", {}));
  EXPECT_TRUE(Takes("app=web", {{"app", "web"}}));
  EXPECT_TRUE(Takes(" app == web , tier!=db ", {{"app", "web"}}));
  EXPECT_FALSE(Takes("app=web", {}));
  EXPECT_FALSE(Takes("app=web,app!=web", {{"app", "web"}}));
  EXPECT_TRUE(Takes("app=", {{"app", ""}}));
  EXPECT_FALSE(Takes("app=", {}));
}

TEST(LabelSelector, Sets) {
  EXPECT_TRUE(Takes("env in (prod, qa)", {{"env", "qa"}}));
  EXPECT_FALSE(Takes("env in (prod,qa)", {{"env", "dev"}}));
  EXPECT_TRUE(Takes("env notin (prod)", {}));
  EXPECT_FALSE(Takes("env notin (prod)", {{"env", "prod"}}));
  EXPECT_TRUE(Takes("env in (,prod)", {{"env", ""}}));
}

TEST(LabelSelector, ExistenceAndNumbers) {
  EXPECT_TRUE(Takes("app.kubernetes.io/name", {{"app.kubernetes.io/name", "x"}}));
  EXPECT_TRUE(Takes("!gone", {}));
  EXPECT_FALSE(Takes("!gone", {{"gone", ""}}));
  EXPECT_TRUE(Takes("n>3,n<5", {{"n", "4"}}));
  EXPECT_FALSE(Takes("n>3", {{"n", "x"}}));
  EXPECT_TRUE(Takes("in,notin", {{"in", "1"}, {"notin", "2"}}));
}

TEST(LabelSelector, SaysWhereItIsWrong) {
  for (const char* text : {",", "a=b,", "a b", "a in", "a in (", "a in (x", "=x", "-a=b", "a=b c", "A/b=c", "a>x",
                           "!a=b", "a=-", "/a=b"}) {
    const auto parsed = LabelSelector::Parse(text);
    EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_EQ(ReasonOf(parsed.status()), reason::kBadSelector) << text;
  }
}

TEST(Selector, KeysAndPaths) {
  constexpr std::string_view kKey = "apps/web.yaml#Deployment.apps/shop/web";
  const auto takes = [&](const Selector& selector) {
    return selector.Matches(kKey, Format::kKubernetes, "apps/web.yaml");
  };
  EXPECT_TRUE(takes({}));
  EXPECT_TRUE(takes({.kind = "Deployment"}));
  EXPECT_TRUE(takes({.kind = "Deployment.apps"}));
  EXPECT_FALSE(takes({.kind = "Deployment.extensions"}));
  EXPECT_FALSE(takes({.kind = "deployment"}));
  EXPECT_TRUE(takes({.declared_namespace = "shop"}));
  EXPECT_FALSE(takes({.declared_namespace = ""}));
  EXPECT_TRUE(takes({.name = "web"}));
  EXPECT_FALSE(takes({.name = "we"}));
  EXPECT_TRUE(takes({.path_prefix = "apps/"}));
  EXPECT_FALSE(takes({.path_prefix = "pps/"}));
  EXPECT_TRUE(takes({.format = Format::kKubernetes}));
  EXPECT_FALSE(takes({.format = Format::kData}));
}

TEST(Selector, Content) {
  auto content = ParseJson(R"({"metadata":{"labels":{"app":"web","n":4}},"spec":{"replicas":3,"list":[{"x":"y=z"}]}})");
  ASSERT_TRUE(content.ok());
  const auto with_field = [&](std::string_view text) {
    auto field = ParseFieldFilter(text);
    EXPECT_TRUE(field.ok()) << field.status();
    Selector selector;
    selector.fields.push_back(*field);
    EXPECT_TRUE(selector.NeedsContent());
    return selector.MatchesContent(*content);
  };
  EXPECT_TRUE(with_field("/spec/replicas=3"));
  EXPECT_FALSE(with_field("/spec/replicas=30"));
  EXPECT_TRUE(with_field("/metadata/labels/app=web"));
  EXPECT_TRUE(with_field("/spec/list/0/x=y=z"));
  EXPECT_FALSE(with_field("/spec/list=3"));
  EXPECT_FALSE(with_field("/spec/none="));
  Selector labels;
  labels.labels = *LabelSelector::Parse("app=web,n>3");
  EXPECT_TRUE(labels.MatchesContent(*content));
  auto bare = ParseJson(R"({"kind":"file"})");
  EXPECT_FALSE(labels.MatchesContent(*bare));
  labels.labels = *LabelSelector::Parse("app!=web");
  EXPECT_TRUE(labels.MatchesContent(*bare));
}

TEST(Selector, FieldFilterNeedsAPointerAndAValue) {
  for (const char* text : {"", "/a", "a=b", "=b", "/a~3=b"}) {
    EXPECT_EQ(ReasonOf(ParseFieldFilter(text).status()), reason::kBadSelector) << text;
  }
}

}  // namespace
}  // namespace setpoint::query
