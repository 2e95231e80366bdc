// JSON, TOML and files without an extension.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/storage/formats/decode_support.h"

namespace setpoint::storage {
namespace {

using ::testing::ElementsAre;

TEST(Json, IsCanonical) {
  EXPECT_EQ(ContentOf("a.json",
                      "\xEF\xBB\xBF { \"b\" : [ 1 , true , null , \"x\\u00e4\\/\\ud83d\\ude00\" ] , \"a\" : {} }\r\n"),
            "{\"a\":{},\"b\":[1,true,null,\"xä/\xF0\x9F\x98\x80\"]}");
  EXPECT_EQ(ContentOf("a.json", "12"), "12");
  EXPECT_EQ(ContentOf("a.json", "\"\""), "\"\"");
  EXPECT_EQ(ContentOf("a.json", "[]"), "[]");
  EXPECT_EQ(ContentOf("a.json", "null"), "null");
}

TEST(Json, NumbersKeepTheirText) {
  EXPECT_EQ(ContentOf("a.json", "[123456789012345678901234567890, -0, 1.50, 1E400, 1e-9999, -1.0]"),
            "[123456789012345678901234567890,0,1.50,1E400,1e-9999,-1.0]");
  EXPECT_EQ(DecodeFile("a.json", "[01]").outcome, Outcome::kFailed);
  EXPECT_EQ(DecodeFile("a.json", "[+1]").outcome, Outcome::kFailed);
  EXPECT_EQ(DecodeFile("a.json", "[1.]").outcome, Outcome::kFailed);
  EXPECT_EQ(DecodeFile("a.json", "[.5]").outcome, Outcome::kFailed);
  EXPECT_EQ(DecodeFile("a.json", "[NaN]").outcome, Outcome::kFailed);
}

TEST(Json, DuplicatesWarn) {
  const Decoded decoded = DecodeFile("a.json", "{\"a\":1,\n\"a\":2,\"<<\":{\"b\":1}}");
  EXPECT_THAT(Contents(decoded), ElementsAre(R"({"<<":{"b":1},"a":2})"));
  EXPECT_EQ(decoded.reason, R"(line 2: the key "a" stands twice, the last one counts)");
}

TEST(Json, CommentsAndTrailingCommasAreAccepted) {
  EXPECT_EQ(ContentOf("a.json", "// x\n{\"a\": [1, 2,], /* y */ \"b\": 3,}\n"), R"({"a":[1,2],"b":3})");
}

TEST(Json, Broken) {
  for (const char* text :
       {"", " ", "{", "[1,,2]", "{\"a\"}", "{a: 1}", "[1] [2]", "\"\\ud800\"", "\"a\nb\"", "tru", "{\"a\":1}}"}) {
    const Decoded decoded = DecodeFile("a.json", text);
    EXPECT_EQ(decoded.outcome, Outcome::kFailed) << text;
    EXPECT_TRUE(decoded.reason.starts_with("line ")) << decoded.reason;
  }
  EXPECT_TRUE(DecodeFile("a.json", "{\n\"a\": 1\n\"b\": 2}").reason.starts_with("line 3: "));
}

TEST(Toml, IsCanonical) {
  EXPECT_EQ(ContentOf("a.toml",
                      "title = \"x\\u00e4\"\nint = 1_000\nhex = 0xFF\noct = 0o17\nbin = 0b11\nneg = -7\nt = true\n"
                      "[b.c]\nk = ['a', \"b\"]\n[[list]]\nn = 1\n[[list]]\nn = {x = 2}\n"),
            R"({"b":{"c":{"k":["a","b"]}},"bin":3,"hex":255,"int":1000,"list":[{"n":1},{"n":{"x":2}}],"neg":-7,)"
            R"("oct":15,"t":true,"title":"xä"})");
  EXPECT_EQ(ContentOf("a.toml", ""), "{}");
}

TEST(Toml, OtherNumbersAndTimesKeepTheirText) {
  EXPECT_EQ(
      ContentOf("a.toml",
                "a = 1.50\nb = 1e3 # comment\nc = inf\nd = 1_0.5\ne = 1979-05-27T07:32:00Z\nf = 07:32:00\n"
                "g = 1979-05-27\ni = +1.5\n\"ä\" = [ 6.626e-34, 2.50, -nan ]\n\"ö\" = 1979-05-27 07:32:00.999999\n"),
      R"({"a":1.50,"b":1e3,"c":"inf","d":"1_0.5","e":"1979-05-27T07:32:00Z","f":"07:32:00","g":"1979-05-27",)"
      R"("i":"+1.5","ä":[6.626e-34,2.50,"-nan"],"ö":"1979-05-27 07:32:00.999999"})");
}

TEST(Toml, Broken) {
  const Decoded decoded = DecodeFile("a.toml", "a = 1\nb = \n");
  EXPECT_EQ(decoded.outcome, Outcome::kFailed);
  EXPECT_TRUE(decoded.reason.starts_with("line 2: ")) << decoded.reason;
  EXPECT_EQ(DecodeFile("a.toml", "a = 1\na = 2\n").outcome, Outcome::kFailed);
}

// Found by fuzzing: the library's words quote the text.
TEST(Toml, AReasonIsOneShortLineWhateverTheText) {
  for (const std::string& text :
       {std::string("le=t\nl,"), "a = " + std::string(1000, 'x') + "\n", std::string("\"a\x7f\" = 1\n")}) {
    const Decoded decoded = DecodeFile("a.toml", text);
    EXPECT_EQ(decoded.outcome, Outcome::kFailed);
    EXPECT_TRUE(decoded.reason.starts_with("line ")) << decoded.reason;
    EXPECT_LT(decoded.reason.size(), 350U);
    EXPECT_EQ(decoded.reason.find_first_of("\n\r\t\x7f"), std::string::npos) << decoded.reason;
  }
}

// Found by fuzzing: a key is never without an identity.
TEST(Json, WhatIsNamedByTheEmptyTextHasAnIdentity) {
  EXPECT_THAT(Identities(DecodeFile("a.json", R"({"Resources": {"": {"Type": "A::B"}}})")), ElementsAre("~"));
}

TEST(Sniffing, SettingsWithoutAnExtensionAreData) {
  EXPECT_EQ(ContentOf(".prettierrc", "{\"a\": 1}\n"), R"({"a":1})");
  EXPECT_EQ(ContentOf(".yamllint", "# x\nextends: default\nrules: {a: on}\n"),
            R"({"extends":"default","rules":{"a":"on"}})");
  EXPECT_THAT(Identities(DecodeFile("config", "apiVersion: v1\nkind: Config\n")), ElementsAre("Config/~"));
}

TEST(Sniffing, AnythingElseIsAFileWithoutAnError) {
  for (const char* text : {"", "1.2.3\n", "FROM debian\nRUN x\n", "all: build\n\tgo build\n", "# a\n", "* @owner\n",
                           "MIT License: see below\n", "a: [\n", "#!/bin/sh\nx: 1\n", "- a\n- b\n", "[*]\nindent = 1\n",
                           "{broken", "caf\xE9: 1\n"}) {
    const Decoded decoded = DecodeFile("FILE", text);
    EXPECT_EQ(decoded.outcome, Outcome::kNotDecoded) << text;
    EXPECT_EQ(decoded.reason, "") << text;
    EXPECT_THAT(Identities(decoded), ElementsAre("File")) << text;
  }
  const std::string large = "a: \"" + std::string(size_t{64} << 10, 'x') + "\"\n";
  EXPECT_EQ(DecodeFile("FILE", large).outcome, Outcome::kNotDecoded);
}

}  // namespace
}  // namespace setpoint::storage
