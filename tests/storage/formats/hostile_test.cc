// Bad input never crashes, hangs or eats memory (base/limits.h).
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <random>

#include "storage/base/limits.h"
#include "tests/storage/formats/decode_support.h"

namespace setpoint::storage {
namespace {

std::string Repeat(std::string_view text, size_t times) {
  std::string out;
  out.reserve(text.size() * times);
  for (size_t i = 0; i < times; ++i) out += text;
  return out;
}

void ExpectFailure(std::string_view path, std::string_view text, std::string_view reason) {
  const Decoded decoded = DecodeFile(path, text);
  EXPECT_EQ(decoded.outcome, Outcome::kFailed);
  EXPECT_NE(decoded.reason.find(reason), std::string::npos) << decoded.reason;
}

TEST(Hostile, AliasBombs) {
  std::string bytes = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  std::string merges = "m0: &m0 {k: 1}\n";
  std::string keys = "k0: &k0 [x]\n";
  for (int i = 1; i < 30; ++i) {
    const std::string n = std::to_string(i);
    const std::string b = "*a" + std::to_string(i - 1);
    bytes += "a" + n + ": &a" + n + " [" + Repeat(b + ", ", 10) + "]\n";
    const std::string m = "*m" + std::to_string(i - 1);
    merges += "m" + n + ": &m" + n + " {<<: [" + Repeat(m + ", ", 10) + "]}\n";
    const std::string k = "*k" + std::to_string(i - 1);
    keys += "k" + n + ": &k" + n + " {? [" + Repeat(k + ", ", 10) + "] : 1}\n";
  }
  ExpectFailure("a.yaml", bytes, "anchors expand to too many nodes");
  ExpectFailure("a.yaml", merges, "anchors expand to too many nodes");
  ExpectFailure("a.yaml", keys, "anchors expand to too many nodes");
  ExpectFailure("a.yaml", "a: &a \"" + std::string(1 << 20, 'x') + "\"\nb: [" + Repeat("*a, ", 1000) + "]\n",
                "expands to too many bytes");
  ExpectFailure("a.yaml", "a: &a \"" + std::string(1 << 20, 'x') + "\"\n" + Repeat("? [*a]\n: 1\n", 1000),
                "expands to too many bytes");
}

TEST(Hostile, BombsInManyDocumentsShareOneBudget) {
  std::string bomb = "a0: &a0 [x, x]\n";
  for (int i = 1; i < 16; ++i) {
    const std::string n = std::to_string(i);
    const std::string below = "*a" + std::to_string(i - 1);
    bomb += "a" + n + ": &a" + n + " [" + below + ", " + below + "]\n";
  }
  const Decoded decoded = DecodeFile("a.yaml", Repeat(bomb + "---\n", 1000));
  EXPECT_EQ(decoded.outcome, Outcome::kPartly);
  EXPECT_LT(decoded.resources.size(), 20u);
}

TEST(Hostile, Depth) {
  const std::string deepest = Repeat("[", kDocumentDepthMax) + Repeat("]", kDocumentDepthMax);
  EXPECT_EQ(DecodeFile("a.yaml", deepest).outcome, Outcome::kDecoded);
  EXPECT_EQ(DecodeFile("a.json", deepest).outcome, Outcome::kDecoded);
  ExpectFailure("a.yaml", "[" + deepest + "]", "nested too deeply");
  ExpectFailure("a.json", "[" + deepest + "]", "nested too deeply");
  ExpectFailure("a.yaml", Repeat("[", 1'000'000), "nested too deeply");
  ExpectFailure("a.yaml", Repeat("- ", 1'000'000), "nested too deeply");
  ExpectFailure("a.yaml", Repeat("? ", 1'000'000), "nested too deeply");
  ExpectFailure("a.yaml", Repeat("{a: ", 1'000'000), "nested too deeply");
  ExpectFailure("a.json", Repeat("[", 1'000'000), "nested too deeply");
  ExpectFailure("a.json", Repeat("{\"a\":", 1'000'000), "nested too deeply");
  ExpectFailure("a.toml", "a = " + Repeat("[", 1'000'000), "nested too deeply");
  ExpectFailure("a.toml", "a = " + Repeat("{a = ", 1'000'000), "nested too deeply");
  ExpectFailure("a.toml", "[" + Repeat("a.", 1'000'000) + "a]\n", "nested too deeply");
  ExpectFailure("a.toml", Repeat("a.", 1'000'000) + "a = 1\n", "nested too deeply");
  // Depth that only anchors reach.
  std::string chain = "a0: &a0 [x]\n";
  for (int i = 1; i < 100; ++i) {
    chain += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
  }
  ExpectFailure("a.yaml", chain, "nested too deeply");
}

TEST(Hostile, Nodes) {
  ExpectFailure("a.yaml", "[" + Repeat("1,", kDocumentNodesMax + 1) + "]", "too many nodes");
  ExpectFailure("a.json", "[" + Repeat("1,", kDocumentNodesMax + 1) + "1]", "too many nodes");
  ExpectFailure("a.toml", "a = [" + Repeat("1,", kDocumentNodesMax + 1) + "1]", "too many nodes");
  ExpectFailure("a.yaml",
                Repeat("- !t"
                       "\n",
                       10) +
                    Repeat("- a\n", kDocumentNodesMax),
                "too many nodes");
}

TEST(Hostile, ManyDocumentsAndTags) {
  const Decoded many = DecodeFile("a.yaml", Repeat("--- a\n", kFileDocumentsMax + 10));
  EXPECT_EQ(many.outcome, Outcome::kPartly);
  EXPECT_EQ(many.resources.size(), kFileDocumentsMax);
  EXPECT_EQ(DecodeFile("a.yaml", Repeat("--- [\n", kFileDocumentsMax)).outcome, Outcome::kFailed);
  std::string tags;
  for (int i = 0; i < 2000; ++i) tags += "- !t" + std::to_string(i) + " x\n";
  ExpectFailure("a.yaml", tags, "too many different tags");
}

// Each child repeats its parent's name: the names of a file are bounded together.
TEST(Hostile, NamesOfNestedResources) {
  const std::string head =
      R"({"$schema": "https://schema.management.azure.com/x/deploymentTemplate.json", "resources": [{"type": "a/b",)"
      R"( "name": ")";
  const std::string child = R"({"type": "c", "name": "d"})";
  const auto many = [&child] { return child + Repeat("," + child, 100'000); };
  const Decoded decoded =
      DecodeFile("a.json", head + std::string(8000, 'x') + R"(", "resources": [)" + many() + "]}]}");
  EXPECT_EQ(decoded.outcome, Outcome::kPartly);
  EXPECT_LT(decoded.resources.size(), 10'000U);
  const Decoded longer =
      DecodeFile("a.json", head + std::string(1 << 20, 'x') + R"(", "resources": [)" + many() + "]}]}");
  EXPECT_EQ(longer.outcome, Outcome::kPartly);
  EXPECT_EQ(Identities(longer), std::vector<std::string>{"Template"});
}

TEST(Hostile, ManyJobsAndSections) {
  std::string jobs;
  for (int i = 0; i < 100'000; ++i) jobs += "j" + std::to_string(i) + ": {a: 1}\n";
  EXPECT_EQ(DecodeFile(".gitlab-ci.yml", jobs + "stages: []\n").resources.size(), 100'001U);
  std::string resources = "Resources:\n";
  for (int i = 0; i < 50'000; ++i) resources += "  R" + std::to_string(i) + ": {Type: 'A::B'}\n";
  EXPECT_EQ(DecodeFile("a.yaml", resources).resources.size(), 50'000U);
}

TEST(Hostile, EveryDecoderTakesBracketsNulsAndBadText) {
  const std::string brackets = Repeat("[", 1'000'000);
  const std::string line(size_t{20} << 20, 'a');
  for (size_t name = 0; name <= static_cast<size_t>(NameClass::kTerragrunt); ++name) {
    const PathClass path_class{.mode = FileMode::kRegular, .name = static_cast<NameClass>(name)};
    for (const std::string_view bytes :
         {std::string_view(brackets), std::string_view("{{[\0]}}", 8), std::string_view("a: \xFF\n"),
          std::string_view(line), std::string_view("\xFF\xFE{\0", 4), std::string_view()}) {
      const Decoded decoded = Decode(path_class, ObjectId{}, bytes);
      EXPECT_LE(decoded.resources.size(), 1U) << name;
      EXPECT_TRUE(decoded.outcome != Outcome::kPartly) << name;
    }
  }
}

TEST(Hostile, HugeScalars) {
  const std::string huge(size_t{8} << 20, '7');
  EXPECT_EQ(CoreValue(huge), huge);
  EXPECT_EQ(CoreValue("0x" + huge).size(), huge.size() + 4);
  EXPECT_EQ(KubernetesValue("1." + huge).size(), 18u);
  EXPECT_EQ(ContentOf("a.json", "[" + huge + "]").size(), huge.size() + 2);
  EXPECT_EQ(CoreValue("\"" + huge + "\"").size(), huge.size() + 2);
  EXPECT_EQ(DecodeFile("a.yaml", Repeat("\\", size_t{1} << 20)).outcome, Outcome::kDecoded);
  EXPECT_EQ(DecodeFile("a.yaml", "\"" + Repeat("\\", size_t{1} << 20)).outcome, Outcome::kFailed);
  EXPECT_EQ(DecodeFile("a.yaml", Repeat("\n", size_t{1} << 20)).outcome, Outcome::kDecoded);
  EXPECT_EQ(DecodeFile("a.yaml", Repeat("#", size_t{1} << 20)).outcome, Outcome::kDecoded);
}

// Whatever the bytes, an outcome and resources that keep the promises of decoder.h.
void ExpectSound(NameClass name, const std::string& bytes) {
  const PathClass path_class{.mode = FileMode::kRegular, .name = name};
  const Decoded decoded = Decode(path_class, ObjectId{}, bytes);
  if (decoded.outcome == Outcome::kFailed) {
    EXPECT_TRUE(decoded.resources.empty());
    EXPECT_FALSE(decoded.reason.empty());
  }
  EXPECT_TRUE(decoded.outcome != Outcome::kPartly || !decoded.reason.empty());
  EXPECT_EQ(decoded.reason.find('\n'), std::string::npos);
  for (const DecodedResource& resource : decoded.resources) {
    EXPECT_EQ(resource.content_hash, Sha256(resource.content));
    EXPECT_EQ(resource.identity.find('\n'), std::string::npos);
    EXPECT_LE(resource.lines.first, resource.lines.last);
    // Canonical JSON reads back as itself, but for the escaping of '$'.
    if (resource.format != Format::kData) continue;
    const bool escaped = resource.content.find("\"$") != std::string::npos;
    if (!escaped) {
      EXPECT_EQ(ContentOf("a.json", resource.content), resource.content);
    }
  }
  EXPECT_EQ(decoded.resources, Decode(path_class, ObjectId{}, bytes).resources);
}

TEST(Hostile, RandomBytesAndMutations) {
  const char* const given = std::getenv("SETPOINT_SEED");
  const uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  SCOPED_TRACE("SETPOINT_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  const auto below = [&random](size_t bound) { return static_cast<size_t>(random() % bound); };
  const std::array<std::string_view, 13> corpus = {
      "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  labels: &l {app: web}\nspec:\n  replicas: 3\n"
      "  template:\n    metadata: {labels: *l}\n    spec:\n      containers:\n        - name: a\n"
      "          args: [\"x\", 'y', z]\n          command:\n          - |\n            line 1\n             line 2\n",
      "a: &a\n  <<: {x: 1}\n  y: \"q\\n\\u00e4\"\n---\n? complex\n: >-\n  folded\n  text\n\n  more\n...\n%TAG ! "
      "!x\n---\n"
      "!t {a: !u b}\n",
      R"({"a": [1, 2.5, -3e10, "x\u00e4\ud83d\ude00"], "b": {"c": null, "d": true}, "$e": "y"})",
      "title = \"x\"\n[a.b]\nc = [1, 2.0, 1979-05-27T07:32:00Z]\n[[d]]\ne = {f = 'g'}\n",
      "{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: A, metadata: {name: a}}, {b: yes}]}\n",
      "Transform: x\nResources:\n  A:\n    Type: A::B\n    P: !GetAtt a.b\n    Q: !If [!Ref x, !Sub '${y}', 1]\n"
      "Outputs: {O: {Value: !Ref A}}\n",
      "{\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\",\n"
      "\"resources\": [{\"type\": \"A/b\", \"name\": \"[x(\n)]\", \"resources\": [{\"type\": \"c\", \"name\": "
      "\"d\"},]}, // e\n]}",
      "imports: [{path: a.jinja}]\nresources:\n- name: a\n  type: b\n  properties: {c: 1}\n",
      "stages: [a]\n.t: &t {image: x}\nbuild:\n  <<: *t\n  script: [!reference [.t, s]]\n",
      "on: push\njobs:\n  a: {steps: [{run: 'echo ${{ x }}'}]}\n---\nkind: {{ .Values.x }}\n{{- if }}\n",
      "- plain text: with colon\n- 'single '' quote'\n- [flow, {a: b}]\n-   - nested\n    - more # comment\n- ~\n",
      "locals {\n  a = { for k, v in m : k => v... if v }\n  b = [x ? \"${y}-%{ if z }q%{ endif }\" : <<-EOT\n    c "
      "${d}\n"
      "  EOT\n  ]\n}\nresource \"a\" b {\n  c { d = -1.5e3 }\n  e = f(g.*.h[0], [], {})... /* i */\n}\n",
      R"({"resource": [{"a": {"b": {"c": "x-${f( \"y\" )}", "lifecycle": {"//": 1}}}}], "terraform": {"backend": {}}})"};
  constexpr size_t kNames = static_cast<size_t>(NameClass::kTerragrunt) + 1;
  constexpr std::string_view kLikely = "\n\n  \t:-#&*!|>'\"%@`{}[],?.<~0123abck\r\x01\x80\xC3\xA4\xEF\xBB\xBF";
  for (int round = 0; round < 20000; ++round) {
    std::string bytes(corpus[below(corpus.size())]);
    if (below(10) == 0) {
      bytes.resize(below(200));
      for (char& c : bytes) c = kLikely[below(kLikely.size())];
    }
    for (size_t edits = below(6); edits > 0 && !bytes.empty(); --edits) {
      const size_t at = below(bytes.size());
      switch (below(4)) {
        case 0:
          bytes[at] = static_cast<char>(random());
          break;
        case 1:
          bytes[at] = kLikely[below(kLikely.size())];
          break;
        case 2:
          bytes.erase(at, 1 + below(8));
          break;
        default:
          bytes.insert(at, 1 + below(3), kLikely[below(kLikely.size())]);
          break;
      }
    }
    ExpectSound(static_cast<NameClass>(below(kNames)), bytes);
    if (HasFailure()) FAIL() << "bytes: " << testing::PrintToString(bytes);
  }
}

}  // namespace
}  // namespace setpoint::storage
