// Round trips: what is decoded is canonical, and what is canonical decodes to itself. Over the seeds of the fuzz
// targets and over what comes of them when bytes change.
#include "tests/storage/formats/round_trip.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <utility>
#include <vector>

#include "tests/storage/formats/decode_support.h"

namespace setpoint::storage {
namespace {

struct Seed {
  std::string path;
  std::string bytes;
};

// A path of the class that the fuzz target of a folder decodes (tests/fuzz/CMakeLists.txt).
std::string PathOf(const std::string& target) {
  const std::vector<std::pair<std::string, std::string>> paths = {{"json", "a.json"},
                                                                  {"arm", "a.json"},
                                                                  {"toml", "a.toml"},
                                                                  {"sniffed", "a"},
                                                                  {"helm", "values.yaml"},
                                                                  {"helm_template", "templates/a.tpl"},
                                                                  {"gitlab", ".gitlab-ci.yml"},
                                                                  {"github", ".github/workflows/a.yml"},
                                                                  {"azure", "azure-pipelines.yml"},
                                                                  {"harness", ".harness/a.yaml"},
                                                                  {"kustomization", "kustomization.yaml"},
                                                                  {"terraform", "a.tf"},
                                                                  {"terraform_json", "a.tf.json"},
                                                                  {"tfvars", "a.tfvars"},
                                                                  {"terraform_lock", ".terraform.lock.hcl"},
                                                                  {"terragrunt", "terragrunt.hcl"}};
  const auto found =
      std::find_if(paths.begin(), paths.end(), [&target](const auto& each) { return each.first == target; });
  return found == paths.end() ? "a.yaml" : found->second;
}

std::vector<Seed> Corpus() {
  std::vector<Seed> seeds;
  const std::filesystem::path folder = std::filesystem::path(SETPOINT_SOURCE_DIR) / "tests/fuzz/corpus";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    seeds.push_back({PathOf(entry.path().parent_path().filename().string()),
                     std::string(std::istreambuf_iterator<char>(file), {})});
  }
  std::sort(seeds.begin(), seeds.end(), [](const Seed& a, const Seed& b) { return a.bytes < b.bytes; });
  return seeds;
}

// Formats of which one resource is a whole document, which its content alone tells again.
bool IsWholeDocument(const DecodedResource& resource) {
  return resource.format == Format::kKubernetes || resource.format == Format::kKustomization;
}

// Names that are no strings stand in the identity by their source text, so that only the kind is the same for sure.
std::string KindOf(const DecodedResource& resource) { return resource.identity.substr(0, resource.identity.find('/')); }

void ExpectRoundTrips(const std::string& path, const std::string& bytes) {
  const Decoded decoded = DecodeFile(path, bytes);
  for (const DecodedResource& resource : decoded.resources) {
    if (resource.format == Format::kFile) continue;
    EXPECT_EQ(RoundTripProblem(resource), "") << path;
    if (!IsWholeDocument(resource) || ReadAgain(resource.content) != resource.content) continue;
    const std::string again_path = resource.format == Format::kKustomization ? "kustomization.yaml" : "a.json";
    const Decoded again = DecodeFile(again_path, resource.content);
    ASSERT_EQ(again.resources.size(), 1U) << resource.content;
    EXPECT_EQ(again.resources[0].format, resource.format);
    EXPECT_EQ(KindOf(again.resources[0]), KindOf(resource));
    EXPECT_EQ(again.resources[0].content, resource.content);
  }
}

TEST(RoundTrip, SeedsOfTheFuzzTargets) {
  const std::vector<Seed> seeds = Corpus();
  ASSERT_GT(seeds.size(), 15U);
  size_t resources = 0;
  for (const Seed& seed : seeds) {
    SCOPED_TRACE(seed.bytes);
    ExpectRoundTrips(seed.path, seed.bytes);
    resources += DecodeFile(seed.path, seed.bytes).resources.size();
  }
  EXPECT_GT(resources, 30U);
}

TEST(RoundTrip, TheOddOnes) {
  for (const char* text :
       {"a: \"\\u0001\\u2028\\x85\\t\"\n", "$a: {$$b: [$c, {$d: 1}]}\n", "a: !x {b: !y c}\n", "[[], {}, '', ~]\n",
        "? [a, b]\n: 1\n", "a: [1e400, -0, 0x1F, 1.50, .5, 1., 0o17]\n", "1: 2\ntrue: 3\n"}) {
    ExpectRoundTrips("a.yaml", text);
  }
  for (const char* text : {"{\"\\u2028\": \"\\u007f\\ud83d\\ude00\"}", "[1E5, 1e-7, -0.0, 100000000000000000000000]"}) {
    ExpectRoundTrips("a.json", text);
  }
  for (const char* value :
       {"1e21", "1e-7", "123456789012345678901234567890", "0.1", "-0.0", "yes", "0777", ".inf", "2001-01-01"}) {
    ExpectRoundTrips("a.yaml", "apiVersion: v1\nkind: K\nmetadata: {name: a}\nv: " + std::string(value) + "\n");
  }
}

TEST(RoundTrip, ItIsSeenWhereContentIsNotCanonical) {
  DecodedResource resource;
  for (const char* content : {"{\"b\":1,\"a\":2}", "{\"a\": 1}", "[1,]", "{\"a\":1,\"a\":2}", "\"\\/\"", "{"}) {
    resource.content = content;
    EXPECT_NE(RoundTripProblem(resource), "") << content;
  }
  resource.content = "{\"$a\":\"$b\"}";
  EXPECT_EQ(RoundTripProblem(resource), "");
}

TEST(RoundTrip, SeedsWithChangedBytes) {
  const char* const given = std::getenv("SETPOINT_SEED");
  const uint64_t number = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  SCOPED_TRACE("SETPOINT_SEED=" + std::to_string(number));
  std::mt19937_64 random(number);
  const auto below = [&random](size_t bound) { return static_cast<size_t>(random() % bound); };
  const std::vector<Seed> seeds = Corpus();
  const char* const long_run = std::getenv("SETPOINT_TEST_LONG");
  const int rounds = long_run != nullptr ? 2'000'000 : 10'000;
  constexpr std::string_view kLikely = "\n\n  :-#&*!|>'\"{}[],?$~0123.eyn\t\\";
  for (int round = 0; round < rounds; ++round) {
    const Seed& seed = seeds[below(seeds.size())];
    std::string bytes = seed.bytes;
    for (size_t edits = 1 + below(4); edits > 0 && !bytes.empty(); --edits) {
      const size_t at = below(bytes.size());
      if (below(2) == 0) {
        bytes[at] = kLikely[below(kLikely.size())];
      } else if (below(2) == 0) {
        bytes.insert(at, 1, kLikely[below(kLikely.size())]);
      } else {
        bytes.insert(at, bytes.substr(below(bytes.size()), 1 + below(30)));
      }
    }
    ExpectRoundTrips(seed.path, bytes);
    if (HasFailure()) FAIL() << seed.path << ": " << testing::PrintToString(bytes);
  }
}

}  // namespace
}  // namespace setpoint::storage
