#include "tools/bench/bench_input.h"

#include <filesystem>
#include <fstream>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "storage/log/log_reader.h"
#include "tools/bench/process.h"

namespace setpoint::tools {
namespace {

double PackBytes(const std::string& git_directory) {
  double bytes = 0;
  for (const auto& file : std::filesystem::directory_iterator(git_directory + "/objects/pack")) {
    if (file.path().extension() == ".pack") bytes += static_cast<double>(file.file_size());
  }
  return bytes;
}

// From `git log --raw --no-abbrev`: how many changes, and the distinct blobs they show.
absl::Status CountChanges(BenchInput& input) {
  std::vector<std::string> words = input.GitLogRaw();
  words.insert(words.end() - 1, "--no-abbrev");
  const auto log = RunProcess({.words = words, .keep_output = true});
  if (!log.ok()) return log.status();
  std::set<std::string> blobs;
  for (const auto line : absl::StrSplit(log->output, '\n')) {
    if (!absl::StartsWith(line, ":")) continue;
    ++input.raw_lines;
    // ":100644 100755 <old> <new> M\tpath"; a submodule's commit is no blob of this repository.
    const std::vector<std::string> fields = absl::StrSplit(line, absl::MaxSplits(' ', 4));
    if (fields[1] != "160000" && fields[1] != "000000") blobs.insert(fields[3]);
  }
  std::ofstream list(input.blob_list);
  for (const std::string& blob : blobs) list << blob << '\n';
  return absl::OkStatus();
}

}  // namespace

std::vector<std::string> BenchInput::Git(std::vector<std::string> words) const {
  words.insert(words.begin(), {"git", "-C", repository});
  return words;
}

std::vector<std::string> BenchInput::GitLogRaw() const {
  return Git({"log", "--raw", "--no-renames", "--diff-merges=first-parent", "--format=%H", "HEAD"});
}

absl::StatusOr<BenchInput> PrepareBenchInput(const std::string& source, const std::string& scratch, Clone clone) {
  BenchInput input;
  input.program = std::filesystem::read_symlink("/proc/self/exe");
  input.scratch = scratch;
  input.repository = scratch + "/input.git";
  input.blob_list = scratch + "/blobs";
  input.store = scratch + "/store";
  if (clone == Clone::kNone) {
    std::filesystem::create_directories(scratch);
    input.repository = source;
  } else {
    const auto cloned = RunProcess(
        {.words = {"git", "clone", "--quiet", "--bare", "--single-branch", "--no-local", source, input.repository}});
    if (!cloned.ok()) return cloned.status();
  }
  input.pack_bytes = PackBytes(input.repository);
  if (absl::Status status = CountChanges(input); !status.ok()) return status;
  return input;
}

absl::StatusOr<std::string> CloneWithBloomFilters(const BenchInput& input) {
  std::string clone = input.scratch + "/bloom.git";
  if (std::filesystem::exists(clone)) return clone;
  const auto cloned = RunProcess({.words = {"git", "clone", "--quiet", "--bare", input.repository, clone}});
  if (!cloned.ok()) return cloned.status();
  const auto written =
      RunProcess({.words = {"git", "-C", clone, "commit-graph", "write", "--reachable", "--changed-paths"}});
  if (!written.ok()) return written.status();
  return clone;
}

absl::StatusOr<std::unique_ptr<storage::Database>> OpenBenchStore(const BenchInput& input) {
  return storage::Database::Open(input.store, storage::StoreOptions{});
}

absl::StatusOr<std::vector<BenchPosition>> ListBenchPositions(const storage::Database& database) {
  std::vector<BenchPosition> positions;
  storage::LogScan scan(*database.store, storage::Revision(1), database.catalog.applied());
  while (scan.Next()) {
    const storage::Entry& entry = scan.entry();
    if (entry.timeline.IsNone() || entry.commit.IsZero()) continue;
    const bool on_main = !database.catalog.timelines.Find(entry.timeline)->IsAnonymous();
    positions.push_back({entry.commit, {entry.timeline, scan.revision()}, on_main});
  }
  if (!scan.status().ok()) return scan.status();
  return positions;
}

}  // namespace setpoint::tools
