// What the measurements of the server work on: a clone of the source, and a store that holds it. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/bench/bench_table.h"
#include "tools/bench/service.h"

namespace setpoint::tools {

struct LoadInput {
  std::string scratch;     // For what the measurements make.
  std::string program;     // `setpoint`, from the folder of this program.
  std::string repository;  // The clone, bare.
  std::string store;
  int rounds = 5;
  int seconds = 1;  // Of one load.
  uint64_t seed = 1;

  // Our server on the store, following the clone under the name `bench`; ready when it returns.
  absl::StatusOr<std::unique_ptr<Service>> StartServer() const;
  // The same, as soon as it listens.
  absl::StatusOr<std::unique_ptr<Service>> StartUnready(uint16_t port) const;
};

// `folder` gets the clone and the store; where it has them from a run before, they are used as they are.
absl::StatusOr<LoadInput> PrepareLoadInput(const std::string& source, const std::string& folder,
                                           const std::string& scratch);

// Each gives its rows. A peer that is not installed is a row that says so.
absl::StatusOr<std::vector<BenchRow>> LoadRead(const LoadInput& input);    // M6
absl::StatusOr<std::vector<BenchRow>> LoadPush(const LoadInput& input);    // M13
absl::StatusOr<std::vector<BenchRow>> LoadEvent(const LoadInput& input);   // M14
absl::StatusOr<std::vector<BenchRow>> LoadFanOut(const LoadInput& input);  // M15
absl::StatusOr<std::vector<BenchRow>> LoadAppend(const LoadInput& input);  // M16
absl::StatusOr<std::vector<BenchRow>> LoadStart(const LoadInput& input);   // M17

// The row of a peer that cannot be run.
BenchRow MissingPeer(const std::string& id, const std::string& what, const absl::Status& why);

}  // namespace setpoint::tools
