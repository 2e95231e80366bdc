#include <fstream>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "storage/log/content_store.h"
#include "storage/projections/state.h"
#include "tools/bench/benches.h"
#include "tools/bench/process.h"

namespace setpoint::tools {
namespace {

using storage::Database;

constexpr size_t kCommits = 8;  // In each round, all different.

// Where a reader's answer goes: sent off whenever it is full.
class Output {
 public:
  Output() { bytes_.reserve(kBytesMax); }
  void Append(std::string_view bytes) {
    if (bytes_.size() + bytes.size() > kBytesMax) bytes_.clear();
    bytes_ += bytes;
    total_ += bytes.size();
  }
  size_t total() const { return total_; }

 private:
  static constexpr size_t kBytesMax = size_t{256} << 10;
  std::string bytes_;
  size_t total_ = 0;
};

// Every key with its content hash, as `list` prints them; the bytes made, so that nothing is optimised away.
absl::StatusOr<size_t> ListKeys(const Database& database, const BenchPosition& at, bool with_content) {
  const auto state = storage::ReadState(*database.store, database.catalog.timelines, at.position);
  if (!state.ok()) return state.status();
  std::vector<storage::ContentKey> contents;
  contents.reserve(state->size());
  for (const storage::StateItem& item : *state) contents.push_back(item.content);
  const std::vector<storage::Digest> hashes = database.catalog.digests.HashesOf(contents);
  Output out;
  for (size_t i = 0; i < state->size(); ++i) {
    out.Append(database.catalog.names.ResourceKey((*state)[i].resource));
    out.Append(hashes[i].Bytes());
    if (!with_content) continue;
    const auto content = storage::ReadContent(*database.store, contents[i]);
    if (!content.ok()) return content.status();
    out.Append(**content);
  }
  return out.total();
}

// The same paths on both sides.
absl::Status CheckPaths(const BenchInput& input, const Database& database, const BenchPosition& at) {
  const auto tree =
      RunProcess({.words = input.Git({"ls-tree", "-r", "-z", "--name-only", at.commit.Hex()}), .keep_output = true});
  if (!tree.ok()) return tree.status();
  const std::set<std::string> expected = absl::StrSplit(tree->output, '\0', absl::SkipEmpty());
  const auto state = storage::ReadState(*database.store, database.catalog.timelines, at.position);
  if (!state.ok()) return state.status();
  std::set<std::string> paths;
  for (const storage::StateItem& item : *state) paths.emplace(database.catalog.names.Path(item.path));
  if (paths != expected) return absl::DataLossError(absl::StrCat("other paths than git at ", at.commit.Hex()));
  return absl::OkStatus();
}

absl::StatusOr<double> TimeOurs(const Database& database, const std::vector<BenchPosition>& positions,
                                bool with_content) {
  const double start = NowSeconds();
  for (const BenchPosition& at : positions) {
    if (const auto size = ListKeys(database, at, with_content); !size.ok()) return size.status();
  }
  return (NowSeconds() - start) / static_cast<double>(positions.size());
}

absl::StatusOr<double> TimeLsTree(const BenchInput& input, const std::vector<BenchPosition>& positions) {
  double seconds = 0;
  for (const BenchPosition& at : positions) {
    const auto tree = RunProcess({.words = input.Git({"ls-tree", "-r", at.commit.Hex()})});
    if (!tree.ok()) return tree.status();
    seconds += tree->seconds;
  }
  return seconds / static_cast<double>(positions.size());
}

absl::StatusOr<double> TimeContents(const BenchInput& input, const std::vector<BenchPosition>& positions) {
  const std::string list = input.scratch + "/state-blobs";
  double seconds = 0;
  for (const BenchPosition& at : positions) {
    const auto tree = RunProcess({.words = input.Git({"ls-tree", "-r", at.commit.Hex()}), .keep_output = true});
    if (!tree.ok()) return tree.status();
    std::ofstream out(list);
    for (const auto line : absl::StrSplit(tree->output, '\n', absl::SkipEmpty())) {
      const std::vector<std::string> fields = absl::StrSplit(line, absl::ByAnyChar(" \t"));
      if (fields[1] == "blob") out << fields[2] << '\n';
    }
    out.close();
    const auto blobs = RunProcess({.words = input.Git({"cat-file", "--batch", "--buffer"}), .input_file = list});
    if (!blobs.ok()) return blobs.status();
    seconds += tree->seconds + blobs->seconds;
  }
  return seconds / static_cast<double>(positions.size());
}

}  // namespace

absl::StatusOr<std::vector<BenchRow>> BenchState(const BenchInput& input) {
  const auto database = OpenBenchStore(input);
  if (!database.ok()) return database.status();
  const auto positions = ListBenchPositions(**database);
  if (!positions.ok()) return positions.status();
  std::mt19937_64 random(input.seed);
  const auto sample = [&] {
    std::vector<BenchPosition> some;
    for (size_t n = 0; n < kCommits; ++n) some.push_back((*positions)[random() % positions->size()]);
    return some;
  };
  std::vector<BenchPosition> at = sample();
  for (const BenchPosition& one : at) {
    if (absl::Status status = CheckPaths(input, **database, one); !status.ok()) return status;
  }
  const auto keys = Alternate(
      input.rounds,
      [&] {
        at = sample();
        return TimeOurs(**database, at, false);
      },
      [&] { return TimeLsTree(input, at); });
  if (!keys.ok()) return keys.status();
  const auto contents = Alternate(
      input.rounds,
      [&] {
        at = sample();
        return TimeOurs(**database, at, true);
      },
      [&] { return TimeContents(input, at); });
  if (!contents.ok()) return contents.status();
  return std::vector<BenchRow>{AtMostRow("M7", "all keys with hashes at a random revision; git ls-tree -r", *keys, 0.2),
                               AtMostRow("M8", "the same with contents; ls-tree + cat-file", *contents, 0.5)};
}

}  // namespace setpoint::tools
