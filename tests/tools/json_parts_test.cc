#include "tools/setpoint/json_parts.h"

#include <gtest/gtest.h>

#include <vector>

#include "absl/status/statusor.h"

namespace setpoint::test {
namespace {

using tools::ForEachElement;
using tools::ForEachMember;
using tools::MemberText;

absl::StatusOr<std::vector<std::string>> Elements(std::string_view array) {
  std::vector<std::string> all;
  absl::Status status = ForEachElement(array, [&all](std::string_view value) {
    all.emplace_back(value);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return all;
}

TEST(JsonPartsTest, ElementsAreHandedOutAsTheyStand) {
  using Texts = std::vector<std::string>;
  EXPECT_EQ(*Elements("[]"), Texts());
  EXPECT_EQ(*Elements(" [ ] "), Texts());
  EXPECT_EQ(*Elements(R"([1,"a,]b",null , {"x":[1,{}],"y":"}\"\\"} ,[[]], "\\",-2.5e3])"),
            (Texts{"1", R"("a,]b")", "null", R"({"x":[1,{}],"y":"}\"\\"})", "[[]]", R"("\\")", "-2.5e3"}));
}

TEST(JsonPartsTest, MembersHaveTheirNamesUnescaped) {
  const std::string object = R"({"a\"b":1, "c" : {"a":2},"d":"x"})";
  EXPECT_EQ(MemberText(object, "a\"b"), "1");
  EXPECT_EQ(MemberText(object, "c"), R"({"a":2})");
  EXPECT_EQ(MemberText(object, "d"), R"("x")");
  EXPECT_EQ(MemberText(object, "a"), "");
  EXPECT_EQ(MemberText("[]", "a"), "");
  EXPECT_EQ(MemberText("{}", "a"), "");
}

TEST(JsonPartsTest, WhatIsCutOrWrongIsAnError) {
  for (const char* text : {"", "{}", "[1", "[1,", "[1,]", R"(["a)", R"(["a\"])", "[{]", "[1]2", "[[1]", "[,]"}) {
    EXPECT_EQ(Elements(text).status().code(), absl::StatusCode::kDataLoss) << text;
  }
  for (const char* text : {"", "[]", R"({"a")", R"({"a":})", R"({"a":1)", R"({a:1})", R"({"a":1,})", R"({"a":1}x)"}) {
    const absl::Status status =
        ForEachMember(text, [](const std::string&, std::string_view) { return absl::OkStatus(); });
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << text;
  }
}

TEST(JsonPartsTest, TheFirstErrorEndsIt) {
  int count = 0;
  const absl::Status status = ForEachElement("[1,2,3]", [&count](std::string_view) -> absl::Status {
    return ++count == 2 ? absl::CancelledError("enough") : absl::OkStatus();
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(count, 2);
}

}  // namespace
}  // namespace setpoint::test
