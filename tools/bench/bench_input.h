// What every measurement works on: a fresh single-branch bare clone of the source, and a store ingested from it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/base/ids.h"
#include "storage/base/object_id.h"
#include "storage/projections/database.h"

namespace setpoint::tools {

struct BenchInput {
  std::string program;     // This program, to be run as a child.
  std::string scratch;     // A folder of our own.
  std::string repository;  // The bare clone.
  std::string blob_list;   // A file: the distinct blobs that its history shows, one a line.
  std::string store;       // A data directory that holds everything reachable from HEAD.
  double pack_bytes = 0;
  uint64_t raw_lines = 0;  // Of `git log --raw`: the changes against first parents.
  int rounds = 5;
  uint64_t seed = 1;

  std::vector<std::string> Git(std::vector<std::string> words) const;  // "git -C <repository> …".
  // The peer of M1 and M2.
  std::vector<std::string> GitLogRaw() const;
};

// Whether the input is a bare clone of the source, or the source itself (which may have holes that no clone takes).
enum class Clone { kFresh, kNone };

// Clones and counts; the store is made by the measurement of ingest.
absl::StatusOr<BenchInput> PrepareBenchInput(const std::string& source, const std::string& scratch, Clone clone);

// Another clone of it, with a commit graph that has Bloom filters of changed paths; made at the first call.
absl::StatusOr<std::string> CloneWithBloomFilters(const BenchInput& input);

absl::StatusOr<std::unique_ptr<storage::Database>> OpenBenchStore(const BenchInput& input);

// A commit and where it stands.
struct BenchPosition {
  storage::ObjectId commit;
  storage::Position position;
  bool on_main = false;
};
// Every entry of the store that has a commit, in order.
absl::StatusOr<std::vector<BenchPosition>> ListBenchPositions(const storage::Database& database);

}  // namespace setpoint::tools
