// Tags and how long answers may be kept.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/access/caller.h"
#include "storage/base/concat.h"
#include "tests/server/handlers/handlers_under_test.h"

namespace setpoint::test {
namespace {

using server::Caching;
using storage::Concat;

constexpr char kList[] = "/v1/repositories/repo/resources";

class CachingTest : public testing::Test {
 protected:
  CachingTest() { handlers_.PushDemonstration(); }

  server::Response With(std::string_view target, const std::string& tag) {
    return handlers_.Get(target, {{"if-none-match", tag}});
  }

  HandlersUnderTest handlers_;
};

TEST_F(CachingTest, WhatIsReadAtAFixedPositionIsKeptForEver) {
  const auto first = handlers_.Push("z.txt", "z");
  for (const std::string& at : {std::string("r3"), std::string("main@{r3}"), first.Hex()}) {
    const std::string target = Concat(kList, "?at=", at);
    const server::Response answer = handlers_.Get(target);
    EXPECT_EQ(answer.status, 200U) << answer.body;
    EXPECT_EQ(answer.caching, Caching::kImmutable) << at;
    ASSERT_FALSE(answer.tag.empty());
    handlers_.Push("z.txt", Concat("more", at));
    EXPECT_EQ(handlers_.Get(target).tag, answer.tag) << "whatever is pushed";
    const server::Response again = With(target, Concat("\"", answer.tag, "\""));
    EXPECT_EQ(again.status, 304U);
    EXPECT_EQ(again.body, "");
  }
}

TEST_F(CachingTest, WhatIsReadAtAMovingOneIsAskedForAgain) {
  for (const char* target : {"/v1/repositories/repo/resources", "/v1/log", "/v1/search", "/v1/timelines",
                             "/v1/repositories/repo/refs", "/v1/repositories", "/v1/status"}) {
    const server::Response before = handlers_.Get(target);
    EXPECT_EQ(before.caching, Caching::kRevalidate) << target;
    ASSERT_FALSE(before.tag.empty()) << target;
    const std::string quoted = Concat("\"", before.tag, "\"");
    EXPECT_EQ(With(target, quoted).status, 304U) << target;
    handlers_.Push("z.txt", Concat("for ", target));
    EXPECT_EQ(With(target, quoted).status, 200U) << target;
    EXPECT_NE(handlers_.Get(target).tag, before.tag) << target;
  }
}

TEST_F(CachingTest, ATagIsOfOneQuestion) {
  std::vector<std::string> tags;
  for (const char* query : {"?at=r3", "?at=r4", "?at=r3&content=true", "?at=r3&kind=ConfigMap", "?at=r3&limit=1"}) {
    tags.push_back(handlers_.Get(Concat(kList, query)).tag);
  }
  EXPECT_THAT(tags, testing::Each(testing::SizeIs(32)));
  std::sort(tags.begin(), tags.end());
  EXPECT_EQ(std::unique(tags.begin(), tags.end()), tags.end());
  EXPECT_EQ(handlers_.Get(Concat(kList, "?kind=ConfigMap&at=r3")).tag,
            handlers_.Get(Concat(kList, "?at=r3&kind=ConfigMap&wait=1")).tag);
}

TEST_F(CachingTest, FormsOfAResourceHaveTagsOfTheirOwn) {
  const std::string target = Concat(kList, "/a.yaml%23ConfigMap%2Fa?at=r3");
  const std::string json = handlers_.Get(target).tag;
  EXPECT_NE(handlers_.Get(target, {{"accept", "text/plain"}}).tag, json);
  EXPECT_EQ(handlers_.Get(Concat(kList, "/none?at=r3")).tag, "") << "an error has none";
}

TEST_F(CachingTest, ConditionsAreReadAsTheyAreWritten) {
  const std::string target = Concat(kList, "?at=r3");
  const std::string tag = handlers_.Get(target).tag;
  EXPECT_EQ(With(target, Concat("\"x\", W/\"", tag, "\"")).status, 304U);
  EXPECT_EQ(With(target, Concat("\"", tag, "-gzip\"")).status, 304U);
  EXPECT_THAT(With(target, Concat("\"", tag, "-gzip\"")).headers,
              testing::Contains(testing::Pair("ETag", Concat("\"", tag, "-gzip\""))));
  EXPECT_EQ(handlers_.Get(target, {{"if-none-match", "\"x\""}, {"if-none-match", Concat("\"", tag, "\"")}}).status,
            304U)
      << "over several lines";
  EXPECT_EQ(With(target, "*").status, 304U);
  EXPECT_EQ(With(target, tag).status, 200U) << "without quotes it is none";
  EXPECT_EQ(With(target, Concat("\"", tag, "0\"")).status, 200U);
  EXPECT_EQ(With(Concat(kList, "/none?at=r3"), "*").status, 404U);
}

TEST_F(CachingTest, WhatDependsOnTheClockIsNotKept) {
  const server::Response recent = handlers_.Get("/v1/log?at=r3&since=2h%20ago");
  EXPECT_EQ(recent.caching, Caching::kRevalidate);
  handlers_.store().clock().Set(handlers_.store().clock().NowSeconds() + 1);
  EXPECT_NE(handlers_.Get("/v1/log?at=r3&since=2h%20ago").tag, recent.tag);
  const std::string absolute = handlers_.Get("/v1/log?at=r3&since=2001-01-01").tag;
  handlers_.store().clock().Set(handlers_.store().clock().NowSeconds() + 1);
  EXPECT_EQ(handlers_.Get("/v1/log?at=r3&since=2001-01-01").tag, absolute);
}

TEST_F(CachingTest, WhatShowsSignaturesIsAskedForAgainWhenKeysChange) {
  const std::string key = "key=a.yaml%23ConfigMap%2Fa&at=r3";
  for (const std::string& target :
       {std::string("/v1/log?at=r3"), std::string("/v1/search?at=r3"), Concat("/v1/repositories/repo/history?", key),
        Concat("/v1/repositories/repo/blame?", key)}) {
    const server::Response answer = handlers_.Get(target);
    EXPECT_EQ(answer.status, 200U) << answer.body;
    EXPECT_EQ(answer.caching, Caching::kRevalidate) << target;
    EXPECT_EQ(With(target, Concat("\"", answer.tag, "\"")).status, 304U) << target;
    handlers_.PutKeyring(Concat("keys for ", target));
    EXPECT_EQ(With(target, Concat("\"", answer.tag, "\"")).status, 200U) << target;
  }
}

class CallersTest : public CachingTest {
 protected:
  // The tag that such a caller gets.
  std::string TagFor(const std::string& target, server::Role role, std::vector<server::TokenScope> scopes = {}) {
    auto caller = std::make_shared<server::Caller>();
    caller->role = role;
    if (!scopes.empty()) {
      caller->scopes = std::make_shared<const std::vector<server::TokenScope>>(std::move(scopes));
    }
    handlers_.AskAs(caller);
    const server::Response answer = handlers_.Get(target);
    EXPECT_EQ(answer.status, 200U) << answer.body;
    caching_ = answer.caching;
    return answer.tag;
  }

  server::Caching caching_ = Caching::kImmutable;  // Of the last answer.
};

TEST_F(CallersTest, TagsTellApartWhoMaySeeDifferentThings) {
  using server::Role;
  const std::string plain = TagFor("/v1/log?at=r3", Role::kReadSecrets);
  EXPECT_EQ(TagFor("/v1/log?at=r3", Role::kRead), plain);
  EXPECT_NE(TagFor("/v1/log?at=r3&show_secrets=true", Role::kReadSecrets), plain);
  const server::TokenScope scope{.repository = "repo", .environment = "", .ref = "", .path_prefix = ""};
  EXPECT_NE(TagFor("/v1/log?at=r3", Role::kReadSecrets, {scope}), plain);
  EXPECT_EQ(TagFor("/v1/log?at=r3", Role::kRead, {scope}), TagFor("/v1/log?at=r3", Role::kReadSecrets, {scope}));
}

TEST_F(CallersTest, WhatFollowsAnEnvironmentIsAskedForAgain) {
  const std::string target = Concat(kList, "?at=r3");
  const server::TokenScope path{.repository = "repo", .environment = "", .ref = "", .path_prefix = "a.yaml"};
  const server::TokenScope scope{.repository = "repo", .environment = "part", .ref = "", .path_prefix = ""};
  const std::string of_path = TagFor(target, server::Role::kRead, {path});
  EXPECT_EQ(caching_, Caching::kImmutable);
  handlers_.SetEnvironments({{"part", "", ""}});
  const std::string whole = TagFor(target, server::Role::kRead, {scope});
  EXPECT_EQ(caching_, Caching::kRevalidate);
  EXPECT_EQ(With(target, Concat("\"", whole, "\"")).status, 304U);
  handlers_.SetEnvironments({{"part", "", "moved/"}});
  EXPECT_EQ(With(target, Concat("\"", whole, "\"")).status, 200U);
  EXPECT_EQ(ListOf(handlers_.Body(target), "resources"), "[]");
}

}  // namespace
}  // namespace setpoint::test
