// Which places of two versions of a document are the same thing.
#include "query/json_alignment.h"

#include <gtest/gtest.h>

#include <random>

#include "query/field_spans.h"
#include "query/list_alignment.h"
#include "tests/support/test_seed.h"

namespace setpoint::query {
namespace {

JsonValue Parse(std::string_view text) {
  auto value = ParseJson(text);
  EXPECT_TRUE(value.ok()) << text;
  return *std::move(value);
}

// "0-1 1-0": item 0 on the left is item 1 on the right …
std::string Pairs(std::string_view list_name, std::string_view before, std::string_view after) {
  const JsonValue left = Parse(before);
  const JsonValue right = Parse(after);
  std::string text;
  for (const ItemPair& pair : AlignItems(list_name, left.items, right.items)) {
    text += (text.empty() ? "" : " ") + std::to_string(pair.before) + "-" + std::to_string(pair.after);
  }
  return text;
}

TEST(ListAlignmentTest, ANameWinsOverThePlace) {
  EXPECT_EQ(Pairs("containers", R"([{"image":"a","name":"x"},{"image":"b","name":"y"}])",
                  R"([{"image":"b2","name":"y"},{"image":"c","name":"z"},{"image":"a2","name":"x"}])"),
            "1-0 0-2");
}

TEST(ListAlignmentTest, KubernetesListsHaveTheirMergeKeys) {
  EXPECT_EQ(NaturalKey("ports", Parse(R"({"containerPort":80,"name":"http"})")), "containerPort=80,protocol=TCP");
  EXPECT_EQ(NaturalKey("ports", Parse(R"({"port":53,"protocol":"UDP"})")), "port=53,protocol=UDP");
  EXPECT_EQ(NaturalKey("volumeMounts", Parse(R"({"mountPath":"/data","name":"data"})")), "mountPath=/data");
  EXPECT_EQ(NaturalKey("topologySpreadConstraints", Parse(R"({"topologyKey":"zone"})")), "");
  EXPECT_EQ(NaturalKey("env", Parse(R"({"name":"A","value":"1"})")), "name=A");
  EXPECT_EQ(NaturalKey("items", Parse(R"({"key":"a","path":"b"})")), "key=a");
  EXPECT_EQ(NaturalKey("steps", Parse(R"({"id":"build","name":"Build it"})")), "id=build");
  EXPECT_EQ(NaturalKey("steps", Parse(R"({"name":"Build it"})")), "name=Build it");
  EXPECT_EQ(NaturalKey("args", Parse(R"("--verbose")")), "");
}

TEST(ListAlignmentTest, AKeyThatStandsTwiceNamesNothing) {
  EXPECT_EQ(Pairs("", R"([{"name":"x","v":1},{"name":"x","v":2}])", R"([{"name":"x","v":2}])"), "1-0");
}

TEST(ListAlignmentTest, WithoutKeysTheLongestCommonSubsequenceDecides) {
  EXPECT_EQ(Pairs("args", R"(["a","b","c","d"])", R"(["b","x","c","d","e"])"), "1-0 2-2 3-3");
  EXPECT_EQ(Pairs("args", R"([])", R"(["a"])"), "");
}

TEST(ListAlignmentTest, BetweenAnchorsAsManyItemsAreTheSameOnes) {
  EXPECT_EQ(Pairs("rules", R"([{"v":1},{"v":2},{"v":3}])", R"([{"v":1},{"v":9},{"v":3}])"), "0-0 1-1 2-2");
}

std::string Differences(std::string_view before, std::string_view after, MovedItems moved) {
  const JsonValue left = Parse(before);
  const JsonValue right = Parse(after);
  std::string text;
  for (const JsonDifference& each : AlignJson("", left, right, moved).differences) {
    const auto side = [](const JsonValue* value) { return value == nullptr ? "-" : std::string(value->text); };
    text += each.pointer + ": " + side(each.before) + " > " + side(each.after) + "\n";
  }
  return text;
}

TEST(JsonAlignmentTest, MembersComeGoAndChange) {
  EXPECT_EQ(Differences(R"({"a":1,"b":{"c":1},"d":[1]})", R"({"a":2,"b":{"c":1,"e":{"f":1}}})", MovedItems::kFollow),
            "/a: 1 > 2\n/b/e: - > {\"f\":1}\n/d: [1] > -\n");
}

TEST(JsonAlignmentTest, AnItemThatMovedIsFollowedOrReplaced) {
  const std::string_view before = R"([{"name":"x","v":1},{"name":"y","v":1}])";
  const std::string_view after = R"([{"name":"y","v":1},{"name":"x","v":2}])";
  EXPECT_EQ(Differences(before, after, MovedItems::kFollow), "/1/v: 1 > 2\n");
  EXPECT_EQ(Differences(before, after, MovedItems::kReplace),
            "/1: {\"name\":\"y\",\"v\":1} > -\n/0: - > {\"name\":\"y\",\"v\":1}\n/1/v: 1 > 2\n");
}

// "VALUE" for a field that was there with this value, "-" for one that was not.
std::string Followed(const std::string& after, const std::string& before) {
  auto fields = FieldsOf(after);
  EXPECT_TRUE(fields.ok());
  std::vector<TextSpan> spans;
  for (const FieldSpan& field : *fields) spans.push_back(field.span);
  auto followed = FollowBack(after, before, spans);
  EXPECT_TRUE(followed.ok()) << followed.status();
  std::string text;
  for (size_t i = 0; i < spans.size(); ++i) {
    const auto& span = (*followed)[i];
    text += (*fields)[i].pointer + "=" + (span ? before.substr(span->begin, span->end - span->begin) : "-") + " ";
  }
  return text;
}

TEST(FieldSpansTest, FieldsAreScalarsAndWhatIsEmpty) {
  auto fields = FieldsOf(R"({"a":{"b":[1,{}]},"c/d":[],"e":null})");
  ASSERT_TRUE(fields.ok());
  std::string text;
  for (const FieldSpan& field : *fields) text += field.pointer + " ";
  EXPECT_EQ(text, "/a/b/0 /a/b/1 /c~1d /e ");
}

TEST(FieldSpansTest, WhatStandsElsewhereInTheTextIsFollowed) {
  EXPECT_EQ(Followed(R"({"a":1,"b":{"c":2},"d":3})", R"({"a":1,"b":{"c":22,"x":[]},"d":3})"), "/a=1 /b/c=- /d=3 ");
  EXPECT_EQ(Followed(R"({"l":["b","c"],"z":1})", R"({"l":["a","b","c"],"z":1})"), "/l/0=\"b\" /l/1=\"c\" /z=1 ");
  EXPECT_EQ(Followed(R"([[1,2]])", R"([[1],[2]])"), "/0/0=- /0/1=- ");
  EXPECT_EQ(Followed("1", "2"), "=- ");
}

// A random document with few names and values, so that two are alike and unlike in every way.
std::string RandomDocument(std::mt19937_64& random, int depth) {
  const auto below = [&](uint64_t bound) { return random() % bound; };
  const uint64_t kind = depth == 0 ? below(3) : 3 + below(5);
  if (kind < 2) return std::to_string(below(4));
  if (kind == 2) return "\"s" + std::to_string(below(3)) + "\"";
  std::string text;
  const bool is_list = kind < 5;
  for (const char* name : {"a", "list", "name", "ports"}) {
    if (below(3) == 0) continue;
    if (!text.empty()) text += ",";
    const std::string value = RandomDocument(random, static_cast<int>(below(static_cast<uint64_t>(depth))));
    text += is_list ? value : "\"" + std::string(name) + "\":" + value;
  }
  return is_list ? "[" + text + "]" : "{" + text + "}";
}

// Replaces one number, so that most of the document stays.
std::string Edited(std::string text, std::mt19937_64& random) {
  for (int tries = 0; tries < 50; ++tries) {
    const size_t at = random() % text.size();
    if (text[at] < '0' || text[at] > '9' || (at > 0 && text[at - 1] == 's')) continue;
    const char* const values[] = {"7", "[]", "{\"name\":1}", "[1,2]"};
    return text.replace(at, 1, values[random() % 4]);
  }
  return text;
}

// The same by the alignment of the whole documents, without a look at their bytes.
std::string FollowedByAlignment(const std::string& after, const std::string& before) {
  const JsonValue left = Parse(before);
  const JsonValue right = Parse(after);
  const JsonAlignment alignment = AlignJson("", left, right, MovedItems::kFollow);
  auto fields = FieldsOf(after);
  EXPECT_TRUE(fields.ok());
  std::string text;
  for (const FieldSpan& field : *fields) {
    std::string value = "-";
    for (const auto& [was, is] : alignment.same) {
      const auto begin = static_cast<size_t>(is->text.data() - after.data());
      if (field.span.begin < begin || field.span.end > begin + is->text.size()) continue;
      value = std::string(was->text.substr(field.span.begin - begin, field.span.end - field.span.begin));
    }
    text += field.pointer + "=" + value + " ";
  }
  return text;
}

TEST(FieldSpansTest, AgreesWithTheAlignmentOfWholeDocuments) {
  const test::SeedRange seeds = test::SeedsToRun(5'000, 2'000'000);
  for (uint64_t seed = seeds.first; seed < seeds.first + seeds.count && !HasFailure(); ++seed) {
    SCOPED_TRACE("SETPOINT_SEED=" + std::to_string(seed));
    std::mt19937_64 random(seed);
    const std::string before = RandomDocument(random, 4);
    const std::string after = random() % 3 == 0 ? RandomDocument(random, 4) : Edited(before, random);
    EXPECT_EQ(Followed(after, before), FollowedByAlignment(after, before)) << before << "\n" << after;
  }
}

}  // namespace
}  // namespace setpoint::query
