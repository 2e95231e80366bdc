// YAML streams: documents, anchors, merges, duplicate keys, broken documents.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/storage/formats/decode_support.h"

namespace setpoint::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(YamlDocuments, AreSplitByTheirMarkers) {
  EXPECT_THAT(Contents(DecodeFile("a.yaml", "a: 1\n---\nb: 2\n--- # comment\nc: 3\n---   \nd: 4\n--- {e: 5}\n")),
              ElementsAre(R"({"a":1})", R"({"b":2})", R"({"c":3})", R"({"d":4})", R"({"e":5})"));
}

TEST(YamlDocuments, AMarkerNeedsABlankBehindItAndNothingBefore) {
  EXPECT_THAT(Contents(DecodeFile("a.yaml", "a: |\n  ---\n  text\nb: ---x\n---x: 1\n")),
              ElementsAre(R"({"---x":1,"a":"---\ntext\n","b":"---x"})"));
}

TEST(YamlDocuments, EndMarkers) {
  EXPECT_THAT(Contents(DecodeFile("a.yaml", "a: 1\n...\n---\nb: 2\n...\n# c\n...\nc: 3\n")),
              ElementsAre(R"({"a":1})", R"({"b":2})", R"({"c":3})"));
}

TEST(YamlDocuments, DirectivesBelongToTheDocumentBehindThem) {
  EXPECT_THAT(
      Contents(DecodeFile("a.yaml", "%YAML 1.1\n---\na: 1\n...\n%TAG ! !x-\n---\nb: !y 2\n---\nc: !y 3\n")),
      ElementsAre(R"({"a":1})", R"({"b":{"$tag":"!x-y","$value":"2"}})", R"({"c":{"$tag":"!y","$value":"3"}})"));
}

TEST(YamlDocuments, CarriageReturns) {
  EXPECT_THAT(Contents(DecodeFile("a.yaml", "a: 1\r\n---\r\nb: |\r\n  x\r\n  y\r\n")),
              ElementsAre(R"({"a":1})", R"({"b":"x\ny\n"})"));
  EXPECT_THAT(Contents(DecodeFile("a.yaml", "a: 1\r---\rb: 2\r")), ElementsAre(R"({"a":1})", R"({"b":2})"));
}

TEST(YamlDocuments, ByteOrderMarks) {
  EXPECT_THAT(Contents(DecodeFile("a.yaml",
                                  "\xEF\xBB\xBF"
                                  "a: 1\n\xEF\xBB\xBF---\nb: 2\n\xEF\xBB\xBF# x\n---\nc: 3\n")),
              ElementsAre(R"({"a":1})", R"({"b":2})", R"({"c":3})"));
}

TEST(YamlDocuments, EmptyOnesAreSkipped) {
  const Decoded decoded = DecodeFile("a.yaml", "---\n---\n# only a comment\n---\na: 1\n---\n");
  EXPECT_EQ(decoded.outcome, Outcome::kDecoded);
  EXPECT_THAT(Identities(decoded), ElementsAre("Data"));
  for (const char* nothing : {"", "\n", "# comment\n", "---\n", "---\n...\n", "\xEF\xBB\xBF"}) {
    const Decoded empty = DecodeFile("a.yaml", nothing);
    EXPECT_EQ(empty.outcome, Outcome::kDecoded) << nothing;
    EXPECT_THAT(empty.resources, IsEmpty()) << nothing;
  }
}

TEST(YamlDocuments, LinesArePeoplesLines) {
  const Decoded decoded = DecodeFile("a.yaml",
                                     "# first\n"     // 1
                                     "a: 1\n"        // 2
                                     "\n"            // 3
                                     "---\n"         // 4
                                     "\n"            // 5
                                     "b: |\n"        // 6
                                     "  x\n"         // 7
                                     "...\n"         // 8
                                     "--- {c: 3,\n"  // 9
                                     "  d: 4}");     // 10
  ASSERT_EQ(decoded.resources.size(), 3u);
  EXPECT_EQ(decoded.resources[0].lines, (LineRange{1, 2}));
  EXPECT_EQ(decoded.resources[1].lines, (LineRange{6, 7}));
  EXPECT_EQ(decoded.resources[2].lines, (LineRange{9, 10}));
  EXPECT_EQ(DecodeFile("a.yaml", "---\na: 1\n").resources[0].lines, LineRange{});
}

TEST(BrokenDocuments, CostNoOther) {
  const Decoded decoded = DecodeFile("a.yaml", "a: 1\n---\nb: [1\n---\nc: 3\n---\n\td: 4\n---\ne: \"x\n---\nf: 6\n");
  EXPECT_EQ(decoded.outcome, Outcome::kPartly);
  EXPECT_THAT(Contents(decoded), ElementsAre(R"({"a":1})", R"({"c":3})", R"({"f":6})"));
  EXPECT_THAT(Identities(decoded), ElementsAre("Data", "Data~2", "Data~3"));
  EXPECT_TRUE(decoded.reason.starts_with("line 4: ")) << decoded.reason;
}

TEST(BrokenDocuments, AControlCharacterCostsItsOwnDocumentOnly) {
  const Decoded decoded = DecodeFile("a.yaml", "a: 1\n---\nb: \x01\n---\nc: 3\n");
  EXPECT_EQ(decoded.outcome, Outcome::kPartly);
  EXPECT_THAT(Contents(decoded), ElementsAre(R"({"a":1})", R"({"c":3})"));
  EXPECT_EQ(decoded.reason, "line 3: control characters are not allowed");
}

TEST(BrokenDocuments, AloneTheyFailTheFile) {
  for (const char* text : {"a: [", "a: b: c\n", "- a\nb\n", "a: *nowhere\n", "&a [*a]\n", "a: 1\n b: 2\n", "@x\n",
                           "a: 'x\n", "%YAML 3.0\n---\na\n"}) {
    const Decoded decoded = DecodeFile("a.yaml", text);
    EXPECT_EQ(decoded.outcome, Outcome::kFailed) << text;
    EXPECT_THAT(decoded.resources, IsEmpty()) << text;
    EXPECT_TRUE(decoded.reason.starts_with("line ")) << decoded.reason;
    EXPECT_EQ(decoded.reason.find('\n'), std::string::npos);
  }
}

TEST(BrokenDocuments, NotUtf8) {
  const Decoded decoded = DecodeFile("a.yaml", "a: 1\nb: caf\xE9\n");
  EXPECT_EQ(decoded.outcome, Outcome::kFailed);
  EXPECT_EQ(decoded.reason, "line 2: not UTF-8");
}

TEST(Anchors, AreExpanded) {
  EXPECT_EQ(ContentOf("a.yaml", "a: &x {k: [1, 2]}\nb: *x\nc: &y text\n*y : d\n"),
            R"({"a":{"k":[1,2]},"b":{"k":[1,2]},"c":"text","text":"d"})");
  // The latest anchor of a name counts, and anchors end with their document.
  EXPECT_EQ(ContentOf("a.yaml", "a: &x 1\nb: &x 2\nc: *x\n"), R"({"a":1,"b":2,"c":2})");
  EXPECT_EQ(DecodeFile("a.yaml", "a: &x 1\n---\nb: *x\n").outcome, Outcome::kPartly);
}

TEST(Merges, OwnKeysWinElsewhere) {
  EXPECT_EQ(ContentOf("a.yaml", "a: &a {x: 1, y: 1}\nb: &b {x: 2, z: 2}\nc: {z: 9, <<: [*a, *b]}\n"),
            R"({"a":{"x":1,"y":1},"b":{"x":2,"z":2},"c":{"x":1,"y":1,"z":9}})");
  EXPECT_EQ(ContentOf("a.yaml", "a: &a {x: 1}\nb: {x: 0, <<: *a}\nc: {<<: *a, x: 0}\nd: {<<: {x: 5}}\n"),
            R"({"a":{"x":1},"b":{"x":0},"c":{"x":0},"d":{"x":5}})");
  EXPECT_EQ(ContentOf("a.yaml", "a: &a {x: 1}\nb: &b {<<: *a, y: 2}\nc: {<<: *b, z: 3}\n"),
            R"({"a":{"x":1},"b":{"x":1,"y":2},"c":{"x":1,"y":2,"z":3}})");
  // Two merges in one mapping: the first wins.
  EXPECT_EQ(ContentOf("a.yaml", "c: {<<: {x: 1}, <<: {x: 2}}\n"), R"({"c":{"x":1}})");
}

TEST(Merges, SetKeysInOrderInKubernetes) {
  // go-yaml v2 merges where the merge stands.
  EXPECT_EQ(KubernetesValue("{a: &a {x: 1}, b: {x: 0, <<: *a}, c: {<<: *a, x: 0}}"),
            R"({"a":{"x":1},"b":{"x":1},"c":{"x":0}})");
  EXPECT_EQ(KubernetesValue("{<<: [{x: 1, w: 1}, {x: 2, z: 2}]}"), R"({"w":1,"x":1,"z":2})");
  EXPECT_EQ(KubernetesValue("{<<: 1}"), "not decoded: line 3: map merge requires map or sequence of maps as the value");
}

TEST(Merges, OfOtherThingsAreOrdinaryKeys) {
  EXPECT_EQ(CoreValue("{<<: 1, a: 2}"), R"({"<<":1,"a":2})");
  EXPECT_EQ(CoreValue("{'<<': {a: 1}}"), R"({"<<":{"a":1}})");
  EXPECT_EQ(CoreValue("{!!merge '<<': {a: 1}}"), R"({"a":1})");
}

TEST(DuplicateKeys, TheLastWinsWithAWarning) {
  const Decoded decoded = DecodeFile("a.yaml", "a: 1\nb: 2\na: 3\nb: 4\n");
  EXPECT_EQ(decoded.outcome, Outcome::kDecoded);
  EXPECT_THAT(Contents(decoded), ElementsAre(R"({"a":3,"b":4})"));
  EXPECT_EQ(decoded.reason, R"(line 3: the key "a" stands twice, the last one counts)");
  EXPECT_EQ(DecodeFile("a.yaml", "a: &a {x: 1}\nb: {<<: *a, x: 2}\n").reason, "");
}

}  // namespace
}  // namespace setpoint::storage
