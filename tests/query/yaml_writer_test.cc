#include "query/yaml_writer.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "query/json_writer.h"
#include "storage/formats/decoder.h"

namespace setpoint::query {
namespace {

std::string Yaml(std::string_view json) {
  auto yaml = YamlFromJson(json, YamlTags::kRestore);
  EXPECT_TRUE(yaml.ok()) << yaml.status();
  return yaml.ok() ? *yaml : std::string();
}

// What the decoder of this store makes of a file of that name.
std::string Decoded(std::string_view path, std::string_view text) {
  const auto path_class = storage::ClassifyPath(path, storage::FileMode::kRegular);
  const storage::Decoded decoded = storage::Decode(path_class, storage::ObjectId(), text);
  EXPECT_EQ(decoded.resources.size(), 1U) << decoded.reason << "\n" << text;
  return decoded.resources.empty() ? decoded.reason : decoded.resources.front().content;
}

void ExpectSameAgain(std::string_view json) {
  const std::string yaml = Yaml(json);
  EXPECT_EQ(Decoded("a.yaml", yaml), json) << yaml;
}

TEST(YamlWriter, LooksAsAPersonWouldWriteIt) {
  EXPECT_EQ(
      Yaml(R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"labels":{"app.kubernetes.io/name":"web"},)"
           R"("name":"web"},"spec":{"empty":[],"none":{},"replicas":3,"template":{"containers":[{"image":"nginx:1.25",)"
           R"("args":["--port","80",["a"]]},{"image":"b"}]}}})"),
      "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  labels:\n    app.kubernetes.io/name: web\n  name: web\n"
      "spec:\n  empty: []\n  none: {}\n  replicas: 3\n  template:\n    containers:\n    - image: nginx:1.25\n"
      "      args:\n      - \"--port\"\n      - \"80\"\n      - - a\n    - image: b\n");
}

TEST(YamlWriter, QuotesWhatCouldBeMisread) {
  for (const char* text :
       {"yes", "No", "null", "~",  "",   "1",    "0x1f", "1e3", "2010-09-09", "12:30:00", "- a", "a: b", "a #b",
        " a",  "a ", "*a",   "&a", "!a", "%a",   "@a",   "`a",  "{a",         "[a",       "'a",  "\"a",  "|",
        ">",   "?",  "a:",   "=",  "<<", ".inf", "-",    "---", "...",        "true",     "Off", "y",    "#a"}) {
    JsonWriter json;
    json.BeginObject().Member("v", text).EndObject();
    ExpectSameAgain(json.text());
    const std::string yaml = Yaml(json.text());
    EXPECT_EQ(yaml.substr(0, 4), "v: \"") << yaml;
  }
}

TEST(YamlWriter, LinesStayLines) {
  EXPECT_EQ(Yaml(R"({"script":"a: 1\n\n  b\n"})"), "script: |\n  a: 1\n\n    b\n");
  EXPECT_EQ(Yaml(R"({"script":"a\nb"})"), "script: |-\n  a\n  b\n");
  EXPECT_EQ(Yaml(R"({"script":"a\n\n"})"), "script: |+\n  a\n\n");
  for (const char* json : {R"({"l":["a\nb\n","c\n\n\n",{"x":"d\n"}],"z":1})", R"({"s":" a\nb"})", R"({"s":"\na"})",
                           R"({"s":"a\n \nb"})", R"({"s":"a\tb\n\tc\n"})", R"({"s":"a\r\nb"})", R"({"s":"a\n"})",
                           R"({"s":"\n"})", R"({"s":"a\n\n","t":"b"})", R"({"s":"a \nb \n"})"}) {
    ExpectSameAgain(json);
  }
}

TEST(YamlWriter, RestoresTags) {
  EXPECT_EQ(Yaml(R"({"a":{"$tag":"!Ref","$value":"x"},"$$id":1})"), "a: !Ref x\n\"$id\": 1\n");
  for (const char* json :
       {R"({"a":{"$tag":"!reference","$value":["b","c"]}})", R"({"a":[{"$tag":"!Sub","$value":{"x":"y"}}]})",
        R"({"a":{"$tag":"!e","$value":""}})", R"({"a":{"$tag":"!b","$value":"x\ny\n"}})"}) {
    ExpectSameAgain(json);
  }
  EXPECT_EQ(*YamlFromJson(R"({"$tag":"!Ref","$value":"x"})", YamlTags::kKeep), "\"$tag\": \"!Ref\"\n\"$value\": x\n");
}

TEST(YamlWriter, RestoresEscapedKeys) { ExpectSameAgain(R"({"$$id":1,"a":{"$$$b":2}})"); }

TEST(YamlWriter, LongKeys) {
  const std::string key(3000, 'k');
  ExpectSameAgain("{\"a\":[{\"" + key + "\":1,\"z\":2}]}");
  ExpectSameAgain("{\"a\":{\"" + key + "\":[1],\"z\":2}}");
}

TEST(YamlWriter, TopLevelScalarsAndLists) {
  EXPECT_EQ(Yaml("[]"), "[]\n");
  EXPECT_EQ(Yaml(R"(["a",{"b":1,"c":[2]}])"), "- a\n- b: 1\n  c:\n  - 2\n");
  EXPECT_EQ(Yaml(R"("x\ny\n")"), "|\n  x\n  y\n");
}

// Random documents of nasty strings, decoded again by both typings.
class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed) {}

  std::string Document() {
    JsonWriter json;
    json.BeginObject();
    for (char key = 'a'; key < 'e'; ++key) {
      json.Key(std::string(1, key));
      Value(json, 0);
    }
    json.EndObject();
    return json.Take();
  }

 private:
  size_t Below(size_t end) { return std::uniform_int_distribution<size_t>(0, end - 1)(random_); }

  std::string Text() {
    static constexpr std::string_view kPieces[] = {"a",
                                                   "1",
                                                   " ",
                                                   "\n",
                                                   ":",
                                                   "#",
                                                   "-",
                                                   "\"",
                                                   "'",
                                                   "\\",
                                                   "\t",
                                                   "{",
                                                   "]",
                                                   ",",
                                                   "&",
                                                   "*",
                                                   "!",
                                                   "|",
                                                   ">",
                                                   "%",
                                                   "@",
                                                   "~",
                                                   ".",
                                                   "\xC3\xA9",
                                                   "\xE2\x80\xA8",
                                                   "\xF0\x9F\x98\x80",
                                                   "\x01",
                                                   "\x7F",
                                                   "\xC2\x85",
                                                   "\r",
                                                   "\xEF\xBB\xBF",
                                                   "yes",
                                                   "null",
                                                   "<<"};
    std::string text;
    for (size_t i = Below(7); i > 0; --i) text += kPieces[Below(std::size(kPieces))];
    return text;
  }

  void Value(JsonWriter& json, size_t depth) {
    const size_t kind = Below(depth < 3 ? 7 : 5);
    if (kind == 0) {
      json.Number(Below(1000));
    } else if (kind == 1) {
      json.Bool(Below(2) == 0);
    } else if (kind < 5) {
      json.String(Text());
    } else if (kind == 5) {
      json.BeginArray();
      for (size_t i = Below(4); i > 0; --i) Value(json, depth + 1);
      json.EndArray();
    } else {
      json.BeginObject();
      for (size_t i = 0, end = Below(4); i < end; ++i) {
        json.Key("k" + std::to_string(i) + (Below(2) == 0 ? " x:" : ""));
        Value(json, depth + 1);
      }
      json.EndObject();
    }
  }

  std::mt19937_64 random_;
};

TEST(YamlWriter, ReadsAgainAsItWas) {
  const char* const given = std::getenv("SETPOINT_SEED");
  const uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : 1;
  SCOPED_TRACE("SETPOINT_SEED=" + std::to_string(seed));
  Generator generator(seed);
  for (int i = 0; i < 2000 && !testing::Test::HasFailure(); ++i) ExpectSameAgain(generator.Document());
}

}  // namespace
}  // namespace setpoint::query
