// The measurements of measures.md that can be taken so far. Each gives its rows, or an error where a peer cannot be
// run or gives another answer than we do.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/bench/bench_input.h"
#include "tools/bench/bench_table.h"

namespace setpoint::tools {

// M1 cold ingest, M3 its peak memory, M4 the size of the store. Leaves the store for the others.
absl::StatusOr<std::vector<BenchRow>> BenchIngest(const BenchInput& input);
// M2 tree differences alone.
absl::StatusOr<std::vector<BenchRow>> BenchTreeDiff(const BenchInput& input);
// M5 one resource at a random revision.
absl::StatusOr<std::vector<BenchRow>> BenchGet(const BenchInput& input);
// M7 and M8 the whole state at a random commit.
absl::StatusOr<std::vector<BenchRow>> BenchState(const BenchInput& input);
// M9 the history of one resource.
absl::StatusOr<std::vector<BenchRow>> BenchHistory(const BenchInput& input);
// M10 who gave each field of one resource its value.
absl::StatusOr<std::vector<BenchRow>> BenchBlame(const BenchInput& input);
// M11 what differs between two positions a year apart.
absl::StatusOr<std::vector<BenchRow>> BenchDiff(const BenchInput& input);
// M12 when a value came and left.
absl::StatusOr<std::vector<BenchRow>> BenchSearch(const BenchInput& input);

// What this program does as a child of itself, so that ours and the peers are processes alike.
absl::Status IngestChild(const std::string& store, const std::string& repository);
// Compacts the store that the child made, as every measurement but that of ingest itself finds it.
absl::Status CompactBenchStore(const BenchInput& input);
absl::Status TreeDiffChild(const std::string& repository);

}  // namespace setpoint::tools
