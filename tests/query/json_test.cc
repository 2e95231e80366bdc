#include <gtest/gtest.h>

#include "query/field_changes.h"
#include "query/json_pointer.h"
#include "query/json_value.h"
#include "query/json_writer.h"

namespace setpoint::query {
namespace {

TEST(JsonWriter, WritesMembersInOrder) {
  JsonWriter json;
  json.BeginObject().Member("b", "x\"\n").Member("a", uint64_t{7}).Key("list").BeginArray();
  json.Bool(true).Null().BeginObject().EndObject().EndArray().Key("raw").Raw("[1]").EndObject();
  EXPECT_EQ(json.text(), R"({"b":"x\"\n","a":7,"list":[true,null,{}],"raw":[1]})");
}

TEST(JsonWriter, ReplacesWhatIsNoUtf8) {
  JsonWriter json;
  json.String(
      "a\xFF"
      "b\x01");
  EXPECT_EQ(json.text(),
            "\"a\xEF\xBF\xBD"
            "b\\u0001\"");
}

TEST(JsonValue, KeepsTexts) {
  const std::string text =
      R"({"a":[1,-2.50,{"b":null}],"c":"x\u00e9\ud83d\ude00\\","d":123456789012345678901234567890})";
  auto value = ParseJson(text);
  ASSERT_TRUE(value.ok()) << value.status();
  EXPECT_EQ(value->text, text);
  EXPECT_EQ(FindByPointer(*value, "/a/1")->text, "-2.50");
  EXPECT_EQ(FindByPointer(*value, "/c")->Scalar(), "x\xC3\xA9\xF0\x9F\x98\x80\\");
  EXPECT_EQ(FindByPointer(*value, "/d")->Scalar(), "123456789012345678901234567890");
  EXPECT_EQ(FindByPointer(*value, "/a/2/b")->kind, JsonValue::Kind::kNull);
  EXPECT_EQ(FindByPointer(*value, ""), &*value);
  for (const char* nowhere : {"/x", "/a/3", "/a/-1", "/a/x", "/c/0", "/a/2/b/c"}) {
    EXPECT_EQ(FindByPointer(*value, nowhere), nullptr) << nowhere;
  }
}

TEST(JsonValue, RefusesWhatIsNoJson) {
  for (const char* text : {"", "{", "{\"a\"}", "[1,]", "[1 2]", "\"a", "tru", "{} x", "\"\\"}) {
    EXPECT_EQ(ParseJson(text).status().code(), absl::StatusCode::kDataLoss) << text;
  }
  EXPECT_FALSE(ParseJson(std::string(100'000, '[')).ok());
}

TEST(JsonPointer, Escapes) {
  auto value = ParseJson(R"({"a/b":{"~":1}})");
  ASSERT_TRUE(value.ok());
  std::string pointer;
  AppendPointerStep("a/b", pointer);
  AppendPointerStep("~", pointer);
  EXPECT_EQ(pointer, "/a~1b/~0");
  EXPECT_EQ(FindByPointer(*value, pointer)->text, "1");
  EXPECT_TRUE(IsJsonPointer(""));
  EXPECT_FALSE(IsJsonPointer("a"));
  EXPECT_FALSE(IsJsonPointer("/a~2"));
  EXPECT_FALSE(IsJsonPointer("/a~"));
}

std::vector<std::string> Changed(std::string_view before, std::string_view after) {
  auto fields = ChangedFields(before, after);
  EXPECT_TRUE(fields.ok()) << fields.status();
  return fields.ok() ? *fields : std::vector<std::string>();
}

TEST(FieldChanges, NamesEachPlace) {
  using Pointers = std::vector<std::string>;
  EXPECT_EQ(Changed(R"({"a":1,"b":{"c":1}})", R"({"a":1,"b":{"c":1}})"), Pointers());
  EXPECT_EQ(Changed(R"({"a":1,"b":{"c":1,"d":2}})", R"({"a":2,"b":{"c":1,"d":3}})"), (Pointers{"/a", "/b/d"}));
  EXPECT_EQ(Changed(R"({"a":1,"c":3})", R"({"b":2,"c":3,"d":4})"), (Pointers{"/a", "/b", "/d"}));
  EXPECT_EQ(Changed(R"({"l":[1,2]})", R"({"l":[1,3]})"), Pointers{"/l/1"});
  EXPECT_EQ(Changed(R"({"l":[1,2]})", R"({"l":[1]})"), Pointers{"/l"});
  EXPECT_EQ(Changed("1", "2"), Pointers{""});
  EXPECT_EQ(Changed(R"({"":{"x":1}})", R"({"":{"x":2}})"), Pointers{"//x"});
}

}  // namespace
}  // namespace setpoint::query
