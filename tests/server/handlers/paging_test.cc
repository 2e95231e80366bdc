// Pages: together they are what one answer would have said, as of the first one, whatever comes in between.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "query/json_value.h"
#include "server/handlers/page_token.h"
#include "storage/base/concat.h"
#include "tests/server/handlers/handlers_under_test.h"

namespace setpoint::test {
namespace {

using storage::Concat;

constexpr char kRepo[] = "/v1/repositories/repo";

struct PagedPath {
  std::string target;  // With a '?' somewhere, so that '&' goes on.
  std::string list;
};

std::vector<PagedPath> PagedPaths() {
  return {{Concat(kRepo, "/resources?content=true"), "resources"},
          {Concat(kRepo, "/resources?label=!none"), "resources"},
          {Concat(kRepo, "/history?key=a.yaml%23ConfigMap%2Fa"), "versions"},
          {Concat(kRepo, "/history?timeline=true&key=a.yaml%23ConfigMap%2Fa"), "versions"},
          {Concat(kRepo, "/diff?from=v1"), "resources"},
          {"/v1/appearances?value=acme/web:1", "appearances"},
          {"/v1/log?repo=repo", "entries"},
          {"/v1/log?since=20000d%20ago", "entries"},
          {"/v1/search?repo=repo", "changes"},
          {"/v1/search?at=main", "changes"},
          {"/v1/search?value=acme/web:2", "changes"},
          {"/v1/timelines?all=true", "timelines"},
          {Concat(kRepo, "/refs?"), "refs"},
          {"/v1/repositories?", "repositories"}};
}

std::string ContinueOf(const std::string& body) {
  const auto value = query::ParseJson(body);
  EXPECT_TRUE(value.ok()) << body;
  const query::JsonValue* token = value.ok() ? value->Find("continue") : nullptr;
  return token == nullptr ? "" : token->Scalar();
}

// Lists without their brackets, joined.
std::string Joined(const std::vector<std::string>& lists) {
  std::string joined;
  for (const std::string& list : lists) {
    if (list == "[]") continue;
    joined.append(joined.empty() ? "" : ",").append(list, 1, list.size() - 2);
  }
  return Concat("[", joined, "]");
}

class PagingTest : public testing::Test {
 protected:
  PagingTest() { handlers_.PushDemonstration(); }

  HandlersUnderTest handlers_;
};

TEST_F(PagingTest, PagesAreOneCutWhateverIsIngestedBetweenThem) {
  int pushed = 0;
  for (const PagedPath& path : PagedPaths()) {
    const std::string whole = ListOf(handlers_.Body(path.target), path.list);
    std::vector<std::string> lists;
    std::string next = Concat(path.target, "&limit=1");
    while (!next.empty()) {
      const std::string body = handlers_.Body(next);
      lists.push_back(ListOf(body, path.list));
      const std::string token = ContinueOf(body);
      next = token.empty() ? "" : Concat(path.target, "&limit=1&continue=", token);
      ASSERT_LT(lists.size(), 1'000U) << path.target;
      if (lists.size() > 2) continue;
      // Something of every kind: a resource, an entry, a version, a ref and a timeline, a moved and a deleted ref.
      const storage::ObjectId tip = handlers_.Push(HistoryCommit{
          .files = {{"0.txt", Concat("new", pushed)},
                    {"a.yaml", Concat("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {v: 'n", pushed,
                                      "', image: acme/web:2}\n")}}});
      handlers_.history().SetRef(Concat("refs/heads/0-new-", pushed++), tip);
      handlers_.history().SetRef("refs/heads/side", tip);
      handlers_.store().Ingest();
      if (pushed == 2) handlers_.history().DeleteRef("refs/heads/0-new-0");
    }
    EXPECT_EQ(Joined(lists), whole) << path.target;
  }
}

TEST_F(PagingTest, ATokenIsGoodForItsQuestionOnly) {
  for (const PagedPath& path : PagedPaths()) {
    const std::string token = ContinueOf(handlers_.Body(Concat(path.target, "&limit=1")));
    if (token.empty()) continue;  // One item alone.
    const std::string with_token = Concat("&continue=", token);
    EXPECT_EQ(handlers_.Get(Concat(path.target, "&limit=7", with_token)).status, 200U) << "another limit is fine";
    for (const PagedPath& other : PagedPaths()) {
      if (other.target == path.target) continue;
      EXPECT_EQ(handlers_.Problem(Concat(other.target, with_token), 400), "bad-continue") << other.target;
    }
  }
}

TEST_F(PagingTest, AForgedTokenGivesNothing) {
  const std::string target = Concat(kRepo, "/resources?kind=ConfigMap");
  handlers_.Push("d.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: d}\n");
  const std::string text = ContinueOf(handlers_.Body(Concat(target, "&limit=1")));
  const auto token = server::PageToken::Decode(text);
  ASSERT_TRUE(token.has_value());
  EXPECT_EQ(token->Encode(), text);
  const auto refused = [&](const std::string& forged) {
    EXPECT_EQ(handlers_.Problem(Concat(target, "&continue=", forged), 400), "bad-continue") << forged;
  };
  refused("");
  refused("zz");
  refused("00");
  refused(text.substr(0, text.size() / 2));
  auto forged = *token;
  forged.cut = storage::Revision(forged.cut.value + 1'000);
  refused(forged.Encode());
  forged = *token;
  forged.position = storage::Revision(forged.position.value + 1'000);
  refused(forged.Encode());
  forged = *token;
  forged.position = storage::Revision();
  refused(forged.Encode());
  forged = *token;
  forged.question[0] ^= 1;
  refused(forged.Encode());
  // What can be asked for anyway is all that a cursor of one's own makes of it.
  forged = *token;
  forged.cursor = "zzz";
  EXPECT_EQ(ListOf(handlers_.Body(Concat(target, "&continue=", forged.Encode())), "resources"), "[]");
  for (size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = changed[i] == '0' ? '1' : '0';
    const server::Response answer = handlers_.Get(Concat(target, "&continue=", changed));
    EXPECT_TRUE(answer.status == 200 || answer.status == 400) << changed << answer.body;
  }
}

// It names versions by numbers, so that one made up could name what nobody may see.
TEST_F(PagingTest, APageOfAHistoryBeginsWhereAnotherEndedOnly) {
  const std::string target = Concat(kRepo, "/history?key=a.yaml%23ConfigMap%2Fa");
  const std::string text = ContinueOf(handlers_.Body(Concat(target, "&limit=1")));
  const auto token = server::PageToken::Decode(text);
  ASSERT_TRUE(token.has_value());
  for (size_t i = 0; i < token->cursor.size(); ++i) {
    server::PageToken forged = *token;
    forged.cursor[i] ^= 1;
    EXPECT_EQ(handlers_.Problem(Concat(target, "&continue=", forged.Encode()), 400), "bad-continue") << i;
  }
  // Who may see less got no such page.
  auto caller = std::make_shared<server::Caller>();
  caller->scopes = std::make_shared<const std::vector<server::TokenScope>>(1, server::TokenScope{"", "", "", "a.yaml"});
  handlers_.AskAs(caller);
  EXPECT_EQ(handlers_.Get(target).status, 200U);
  EXPECT_EQ(handlers_.Problem(Concat(target, "&continue=", text), 400), "bad-continue");
}

TEST_F(PagingTest, WhatCannotBeSeenTakesNoPlaceInAPage) {
  const std::string text = "{\"x\": 1, \"image\": \"acme/web:2\"}\n";
  handlers_.Push(HistoryCommit{.files = {{"hidden/b.json", HistoryFile(text)}}, .removed = {"moved/b.json"}});
  handlers_.Push("hidden/b.json", "{\"x\": 2}\n");
  handlers_.Push(HistoryCommit{.files = {{"moved/b.json", HistoryFile("{\"x\": 2}\n")}}, .removed = {"hidden/b.json"}});
  auto caller = std::make_shared<server::Caller>();
  caller->scopes = std::make_shared<const std::vector<server::TokenScope>>(1, server::TokenScope{"", "", "", "moved"});
  handlers_.AskAs(caller);
  const std::string target = Concat(kRepo, "/history?key=moved%2Fb.json%23Data");
  const std::string whole = ListOf(handlers_.Body(target), "versions");
  EXPECT_THAT(whole, testing::HasSubstr("\"fields\":[\"/image\"]")) << "the life before";
  std::vector<std::string> lists;
  for (std::string next = Concat(target, "&limit=1"); !next.empty();) {
    const std::string body = handlers_.Body(next);
    lists.push_back(ListOf(body, "versions"));
    const std::string token = ContinueOf(body);
    next = token.empty() ? "" : Concat(target, "&limit=1&continue=", token);
  }
  EXPECT_GT(lists.size(), 2U);
  EXPECT_EQ(Joined(lists), whole);
}

}  // namespace
}  // namespace setpoint::test
