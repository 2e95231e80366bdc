// The tables of formats.md, Typing of scalars. What is expected of kubernetes is what go-yaml v2.4 and encoding/json
// print.
#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "tests/storage/formats/decode_support.h"

namespace setpoint::storage {
namespace {

using Table = std::vector<std::pair<std::string, std::string>>;

TEST(KubernetesTyping, Booleans) {
  for (const char* word : {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y"}) {
    EXPECT_EQ(KubernetesValue(word), "true") << word;
  }
  for (const char* word : {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N"}) {
    EXPECT_EQ(KubernetesValue(word), "false") << word;
  }
  for (const char* word : {"tRUE", "yES", "oN", "truely", "yess"}) {
    EXPECT_EQ(KubernetesValue(word), '"' + std::string(word) + '"');
  }
  EXPECT_EQ(KubernetesValue("'yes'"), R"("yes")");
}

TEST(KubernetesTyping, Nulls) {
  for (const char* word : {"", "~", "null", "Null", "NULL"}) EXPECT_EQ(KubernetesValue(word), "null") << word;
  EXPECT_EQ(KubernetesValue("nULL"), R"("nULL")");
  EXPECT_EQ(KubernetesValue("''"), R"("")");
}

TEST(KubernetesTyping, Integers) {
  const Table table = {{"0", "0"},
                       {"12", "12"},
                       {"+12", "12"},
                       {"-12", "-12"},
                       {"-0", "0"},
                       {"0777", "511"},
                       {"-0777", "-511"},
                       {"0o17", "15"},
                       {"0x1F", "31"},
                       {"0X1f", "31"},
                       {"-0x10", "-16"},
                       {"0b101", "5"},
                       {"-0b101", "-5"},
                       {"0b-101", "-5"},
                       {"1_000", "1000"},
                       {"0x_ff", "255"},
                       {"1_", "1"},
                       {"9223372036854775807", "9223372036854775807"},
                       {"-9223372036854775808", "-9223372036854775808"},
                       {"18446744073709551615", "18446744073709551615"},
                       // Beyond 64 bits a decimal number is a float, and any other a text.
                       {"0x10000000000000000", R"("0x10000000000000000")"},
                       {"-0x10000000000000000", R"("-0x10000000000000000")"},
                       {"0o7777777777777777777777", R"("0o7777777777777777777777")"},
                       {"18446744073709551616", "18446744073709552000"},
                       {"-9223372036854775809", "-9223372036854776000"},
                       // Not octal, so a float.
                       {"08", "8"},
                       {"0899", "899"}};
  for (const auto& [yaml, json] : table) EXPECT_EQ(KubernetesValue(yaml), json) << yaml;
}

TEST(KubernetesTyping, Floats) {
  const Table table = {{"1.0", "1"},
                       {"1.50", "1.5"},
                       {".5", "0.5"},
                       {"-.5", "-0.5"},
                       {"1.", "1"},
                       {"1e3", "1000"},
                       {"1E3", "1000"},
                       {"1_000.5", "1000.5"},
                       {"-0.0", "-0"},
                       {"0.1", "0.1"},
                       {"1e20", "100000000000000000000"},
                       {"1e21", "1e+21"},
                       {"1.5e300", "1.5e+300"},
                       {"123456789012345678901.0", "123456789012345680000"},
                       {"0.000001", "0.000001"},
                       {"0.0000001", "1e-7"},
                       {"1.25e-10", "1.25e-10"},
                       {"5e-324", "5e-324"},
                       {"1e-400", "0"},
                       {"-1e-400", "-0"},
                       {"0.30000000000000004", "0.30000000000000004"},
                       {"1.7976931348623157e308", "1.7976931348623157e+308"}};
  for (const auto& [yaml, json] : table) EXPECT_EQ(KubernetesValue(yaml), json) << yaml;
}

TEST(KubernetesTyping, WhatLooksLikeANumberAndIsNone) {
  for (const char* text : {"1:30", "190:20:30", "2001-12-14", "2001-12-14T21:59:43Z", "1.2.3", "0x", "0b", "0xZZ", "+",
                           "-x", "_1", "1e", "1e400", "0b12", "+0b", "1,000", "12e03x", "10Gi", "100m"}) {
    EXPECT_EQ(KubernetesValue(text), '"' + std::string(text) + '"') << text;
  }
  // JSON has neither; they stay text.
  for (const char* text : {".nan", ".NaN", ".inf", "-.INF", "+.inf"}) {
    EXPECT_EQ(KubernetesValue(text), '"' + std::string(text) + '"') << text;
  }
}

TEST(KubernetesTyping, Tags) {
  EXPECT_EQ(KubernetesValue("!!str 12"), R"("12")");
  EXPECT_EQ(KubernetesValue("!!str"), R"("")");
  EXPECT_EQ(KubernetesValue("!!int \"0x10\""), "16");
  EXPECT_EQ(KubernetesValue("!!float 3"), "3");
  EXPECT_EQ(KubernetesValue("!!bool \"yes\""), "true");
  EXPECT_EQ(KubernetesValue("!!null \"\""), "null");
  EXPECT_EQ(KubernetesValue("! 12"), R"("12")");
  EXPECT_EQ(KubernetesValue("!!timestamp 2001-12-14"), R"("2001-12-14")");
  EXPECT_EQ(KubernetesValue("!!binary aGVsbG8="), R"("hello")");
  EXPECT_EQ(KubernetesValue("!!binary /w=="), "\"\xEF\xBF\xBD\"");
  EXPECT_EQ(KubernetesValue("!!binary not-base64"), R"("not-base64")");
  EXPECT_EQ(KubernetesValue("!!int twelve"), R"("twelve")");
}

TEST(CoreTyping, WordsOfYaml11AreText) {
  for (const char* word : {"yes", "no", "on", "off", "y", "n", "Yes", "OFF"}) {
    EXPECT_EQ(CoreValue(word), '"' + std::string(word) + '"');
  }
  EXPECT_EQ(CoreValue("true"), "true");
  EXPECT_EQ(CoreValue("FALSE"), "false");
  EXPECT_EQ(CoreValue("~"), "null");
  EXPECT_EQ(CoreValue(""), "null");
  EXPECT_EQ(CoreValue("2010-09-09"), R"("2010-09-09")");
}

TEST(CoreTyping, Integers) {
  const Table table = {{"12", "12"},
                       {"+12", "12"},
                       {"-0", "0"},
                       {"0777", "777"},
                       {"0o17", "15"},
                       {"0x1F", "31"},
                       {"0xFFFFFFFFFFFFFFFFFFFF", "1208925819614629174706175"},
                       {"0o7777777777777777777777777", "37778931862957161709567"},
                       {"123456789012345678901234567890", "123456789012345678901234567890"},
                       {"-00012345678901234567890", "-12345678901234567890"}};
  for (const auto& [yaml, json] : table) EXPECT_EQ(CoreValue(yaml), json) << yaml;
  for (const char* text : {"0b101", "1_000", "-0x10", "0o8", "0x", "0X1F"}) {
    EXPECT_EQ(CoreValue(text), '"' + std::string(text) + '"') << text;
  }
}

TEST(CoreTyping, OtherNumbersKeepTheirTextWhereItIsJson) {
  for (const char* text : {"1.50", "1e3", "1E+03", "-0.0", "0.1", "1.7976931348623157e9999"}) {
    EXPECT_EQ(CoreValue(text), text);
  }
  for (const char* text : {".5", "1.", "+1.5", "01.5", ".inf", ".nan", "-.inf"}) {
    EXPECT_EQ(CoreValue(text), '"' + std::string(text) + '"') << text;
  }
}

TEST(CoreTyping, UnknownTagsAreKept) {
  EXPECT_EQ(CoreValue("!reference [.setup, script]"), R"({"$tag":"!reference","$value":[".setup","script"]})");
  EXPECT_EQ(CoreValue("!env_var 12"), R"({"$tag":"!env_var","$value":"12"})");
  EXPECT_EQ(CoreValue("!Ref x"), R"({"$tag":"!Ref","$value":"x"})");
  EXPECT_EQ(CoreValue("!!python/none x"), R"({"$tag":"!!python/none","$value":"x"})");
  EXPECT_EQ(CoreValue("!a {b: !c 1, d: 2}"), R"({"$tag":"!a","$value":{"b":{"$tag":"!c","$value":"1"},"d":2}})");
  EXPECT_EQ(CoreValue("!!binary aGk="), R"({"$tag":"!!binary","$value":"aGk="})");
  EXPECT_EQ(CoreValue("!!set {a, b}"), R"({"a":null,"b":null})");
  EXPECT_EQ(KubernetesValue("!env_var on"), R"({"$tag":"!env_var","$value":"on"})");
}

TEST(Keys, AreTheirSourceText) {
  EXPECT_EQ(CoreValue("{1: a, on: b, ~: c, 0x10: d, 1.50: e, true: f}"),
            R"({"0x10":"d","1":"a","1.50":"e","on":"b","true":"f","~":"c"})");
  EXPECT_EQ(KubernetesValue("{1: a, on: b, 0777: c, No: d, 'yes': e}"),
            R"({"0777":"c","1":"a","false":"d","true":"b","yes":"e"})");
  EXPECT_EQ(CoreValue("{{a: 1}: b, [1, 2]: c}"), R"({"[1,2]":"c","{\"a\":1}":"b"})");
}

TEST(Keys, ADollarGetsOneMore) {
  EXPECT_EQ(ContentOf("a.json", R"({"$schema":"x","$$":1,"a$":2})"), R"({"$$$":1,"$$schema":"x","a$":2})");
  EXPECT_EQ(CoreValue("{$tag: x, $value: y}"), R"({"$$tag":"x","$$value":"y"})");
}

TEST(Keys, AreSortedByBytes) {
  EXPECT_EQ(CoreValue("{b: 1, a: 2, B: 3, ä: 4, aa: 5, \"\\U0001F600\": 6, \"\\uFFFD\": 7}"),
            "{\"B\":3,\"a\":2,\"aa\":5,\"b\":1,\"ä\":4,\"\xEF\xBF\xBD\":7,\"\xF0\x9F\x98\x80\":6}");
  std::string many = "{";
  for (int i = 99; i >= 10; --i) many += "k" + std::to_string(i) + ": 1, ";
  const std::string sorted = CoreValue(many + "}");
  EXPECT_TRUE(sorted.starts_with(R"({"k10":1,"k11":1,)")) << sorted;
  EXPECT_TRUE(sorted.ends_with(R"("k98":1,"k99":1})")) << sorted;
}

TEST(Strings, AreEscapedAsRfc8785) {
  EXPECT_EQ(CoreValue(R"("\0\a\b\t\n\v\f\r\e\"\\\/\x7f\u20ac\U0001F600")"),
            "\"\\u0000\\u0007\\b\\t\\n\\u000b\\f\\r\\u001b\\\"\\\\/\x7f€\xF0\x9F\x98\x80\"");
  EXPECT_EQ(CoreValue("\"\\u2028\""), "\"\xE2\x80\xA8\"");
}

}  // namespace
}  // namespace setpoint::storage
