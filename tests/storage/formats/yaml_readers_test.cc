// Two readers of YAML give the same nodes: the fast one of the common kind and libyaml's. Over texts that are nearly
// common, and over every YAML blob of a real repository (a sample of them, all with SETPOINT_ALL_BLOBS=1).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <sstream>

#include "storage/formats/utf8.h"
#include "storage/formats/yaml_block_reader.h"
#include "storage/formats/yaml_documents.h"
#include "storage/formats/yaml_reader.h"

namespace setpoint::storage {
namespace {

std::string Describe(const Document& document, NodeIndex index) {
  const Node& node = document[index];
  std::ostringstream out;
  out << "node " << index << ": kind " << static_cast<int>(node.kind) << " style " << static_cast<int>(node.style)
      << " tag " << static_cast<int>(node.tag) << '/' << node.unknown_tag << " end " << node.end << " target "
      << node.target << " lines " << node.first_line << '-' << node.last_line << " text "
      << testing::PrintToString(std::string(node.Text()));
  return out.str();
}

struct Counts {
  size_t documents = 0;
  size_t common = 0;
};

// Reads every document of the stream both ways.
void CompareReaders(std::string_view stream, Counts& counts) {
  static Document common;
  static Document whole;
  YamlDocumentSplitter splitter(stream);
  YamlDocumentText text;
  while (splitter.Next(text)) {
    ++counts.documents;
    if (!ReadCommonYaml(text.text, text.first_line, common)) continue;
    ++counts.common;
    const absl::Status status = ReadYamlWithLibrary(text.text, text.first_line, whole);
    ASSERT_TRUE(status.ok()) << status.message() << '\n' << testing::PrintToString(std::string(text.text));
    ASSERT_EQ(common.size(), whole.size()) << testing::PrintToString(std::string(text.text));
    for (NodeIndex i = 0; i < common.size(); ++i) {
      ASSERT_EQ(Describe(common, i), Describe(whole, i)) << testing::PrintToString(std::string(text.text));
    }
  }
}

bool IsCommon(std::string_view text) {
  Document document;
  Counts counts;
  CompareReaders(text, counts);
  return counts.documents > 0 && counts.documents == counts.common;
}

TEST(YamlReaders, CommonTexts) {
  for (const char* text : {"a: 1\n",
                           "a:\n  b: c\n  d:\n  - e\n  - f: g\n    h:\n",
                           "- - a\n  - b\n-\n  - c\n-\n- d\n",
                           "---\na: b # c\n",
                           "# x\n\n--- # y\n# z\na: 'it''s'\nb: \"x\\n\\\"\"\n'c d' : e\n",
                           "a: |\n  x\n   y\n\n  z\n\nb: >-\n  u\n  v\n\n  w\n   q\n",
                           "a: |+\n  x\n\n\nb: |-\n\n  y\n",
                           "a: |\n  x",
                           "a: |\n  x\n  ",
                           "a: plain\n  goes on\n\n  here # c\nb: 2\n",
                           "a: 'two\n  lines'\nb: \"two\n\n  lines \\\n  \\ more\"\n",
                           "a: [x, 'y', \"z\", [], {}, {b: c, \"d\":e}]\n",
                           "a: [\n  x, # c\n  y,\n]\nb: {\n  c: d }\n",
                           "a: &x v\nb: *x\nc: &y\n  d: e\nf: *y\ng: [*x, &z w, *z]\n",
                           "a: -1\nb: -x\nc: :80\nd: a:b\ne: x#y\nf: http://x/y?z\n",
                           "ä: ö\nß: \"\xF0\x9F\x98\x80\"\n",
                           "text\n",
                           "'q'\n",
                           "a :  b  \nc:   \n",
                           "- a: b\n  c: d\n-   e: f\n    g: h\n",
                           "a:\n  - |\n    x\n  - >\n    y\n",
                           "a: b",
                           "\n\n",
                           "a:\n  text below\n",
                           "a:\n  text below\n  goes on\n",
                           "{a: b}\n",
                           "[]\n"}) {
    EXPECT_TRUE(IsCommon(text)) << text;
  }
}

TEST(YamlReaders, OddTextsAreLeftToTheLibrary) {
  for (const char* text :
       {"a: !t b\n",         "? a\n: b\n",    "a:\tb\n",       "a: |2\n   x\n",  "%YAML 1.1\n---\na: b\n",
        "&x a: b\n",         "*x : b\n",      "a: b: c\n",     "a: [b\n",        "a: 'b\n",
        "a: b\n c: d\n",     "- a\nb: c\n",   "a: b\n- c\n",   "a: \"\\x41\"\n", "a: @b\n",
        "a: [b: c]\n",       "a: {b}\n",      "a: 'b' c\n",    "---\n",          "--- a\n",
        "a: *nowhere\n",     "a\n...\n",      "a: \xC2\x85\n", "a: \x01\n",      "a: |\n",
        "a: |\n    \n  x\n", "- - a\n - b\n", "a: &x *x\n",    "a: &x [*x]\n"}) {
    Document document;
    EXPECT_FALSE(ReadCommonYaml(text, 1, document)) << text;
  }
}

TEST(YamlReaders, AgreeOnMutations) {
  const char* const given = std::getenv("SETPOINT_SEED");
  const uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  const char* const rounds_given = std::getenv("SETPOINT_ROUNDS");
  const uint64_t rounds = rounds_given != nullptr ? std::strtoull(rounds_given, nullptr, 10) : 50'000;
  SCOPED_TRACE("SETPOINT_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  const auto below = [&random](size_t bound) { return static_cast<size_t>(random() % bound); };
  constexpr std::array<std::string_view, 8> kCorpus = {
      "a: b\nc:\n  d: e\n  f:\n  - g\n  - h: i\n    j: k\nl: m\n",
      "- a\n- - b\n  - c\n-\n  d: e\n- f:\n  - g\n",
      "a: |\n  x\n\n   y\nb: >-\n  u\n  v\n\n  w\nc: |+\n  z\n\n",
      "a: 'x ''y'' z'\nb: \"u\\n\\tv\"\n'k' : [a, 'b']\n",
      "a: &x {b: c, d: [e, f]}\ng: *x\nh: &y\n  i: j\nk: [*x, *y]\n",
      "# c\n--- # d\na: x y # e\nb:\n  # f\n  c: 1\n",
      "a: one\n  two\n\n  three\nb: \"one\n  two\n\n  three \\\n  four\"\n",
      "k: [\n  a, # b\n  {c: d,\n  e: 'f\n g'}\n]\n"};
  constexpr std::array<std::string_view, 34> kPieces = {
      "\n", "\n  ", "\n    ",   " ",    "  ",      ": ",      ":",      "- ",  "-",  " #", "#", "'",
      "\"", "\\",   "|\n",      ">\n",  "&x ",     "*x",      "[",      "]",   "{",  "}",  ",", ", ",
      "?",  "a",    "\xC3\xA4", "\n\n", "\n---\n", "\n...\n", "\n--- ", "\n.", "\t", "!"};
  Counts counts;
  for (uint64_t round = 0; round < rounds; ++round) {
    std::string text(kCorpus[below(kCorpus.size())]);
    for (size_t edits = 1 + below(4); edits > 0; --edits) {
      const size_t at = below(text.size() + 1);
      if (below(3) != 0) {
        text.insert(at, kPieces[below(kPieces.size())]);
      } else if (at < text.size()) {
        text.erase(at, 1 + below(3));
      }
    }
    if (!IsValidUtf8(text)) continue;
    CompareReaders(text, counts);
    if (HasFatalFailure()) return;
  }
  // Mutations that all are odd would prove nothing.
  EXPECT_GT(counts.common * 10, counts.documents);
}

// The reference repository stands beside the project where the project is developed, and nowhere else.
const std::filesystem::path kBundle = std::filesystem::path(SETPOINT_SOURCE_DIR) / "../shared/data/home-ops.bundle";

std::string Quoted(const std::filesystem::path& path) { return "'" + path.string() + "'"; }

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(YamlReaders, AgreeOnARealRepository) {
  if (!std::filesystem::exists(kBundle)) GTEST_SKIP() << kBundle << " is not here";
  const bool all = std::getenv("SETPOINT_ALL_BLOBS") != nullptr;
  const std::filesystem::path folder =
      std::filesystem::path(testing::TempDir()) / ("yaml_readers_" + std::to_string(std::random_device{}()));
  std::filesystem::create_directories(folder);
  const std::string git = "git -C " + Quoted(folder) + " ";
  const std::string commands =
      git + "init -q --bare && " + git + "bundle unbundle " + Quoted(kBundle) + " > " + Quoted(folder / "refs.txt") +
      " && cut -d' ' -f1 " + Quoted(folder / "refs.txt") + " | sort -u | " + git +
      "rev-list --objects --stdin | grep -E '\\.ya?ml$' | cut -d' ' -f1 | sort" + (all ? "" : " | awk 'NR % 20 == 0'") +
      " > " + Quoted(folder / "ids.txt") + " && " + git + "cat-file --batch --buffer < " + Quoted(folder / "ids.txt") +
      " > " + Quoted(folder / "blobs.bin");
  ASSERT_EQ(std::system(commands.c_str()), 0);
  const std::string bytes = ReadFile(folder / "blobs.bin");
  std::filesystem::remove_all(folder);
  Counts counts;
  for (size_t at = 0; at < bytes.size();) {
    // "<id> blob <size>\n", the bytes, "\n".
    const size_t header_end = bytes.find('\n', at);
    const size_t size_at = bytes.rfind(' ', header_end) + 1;
    const size_t size = std::stoul(bytes.substr(size_at, header_end - size_at));
    const std::string_view blob = std::string_view(bytes).substr(header_end + 1, size);
    SCOPED_TRACE(bytes.substr(at, header_end - at));
    if (IsValidUtf8(blob)) CompareReaders(blob, counts);
    if (HasFatalFailure()) return;
    at = header_end + 1 + size + 1;
  }
  std::cout << counts.documents << " documents, " << counts.common << " of them of the common kind\n";
  EXPECT_GT(counts.common * 10, counts.documents * 9);
}

}  // namespace
}  // namespace setpoint::storage
