// A server that the benchmark starts in a folder of its own and stops at the end: ours or a peer's. One thread.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace setpoint::tools {

class Service {
 public:
  // Starts `words` and waits until somebody listens on `port`. kUnavailable: it ended before, or a minute has passed.
  static absl::StatusOr<std::unique_ptr<Service>> Start(const std::vector<std::string>& words, uint16_t port);
  // SIGKILL, after SIGTERM and some time where it is not `Kill`ed.
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // As a power cut would: SIGKILL, and waited for.
  void Kill();
  uint16_t port() const { return port_; }
  // Memory that it holds just now.
  double ResidentBytes() const;

 private:
  Service(pid_t pid, uint16_t port) : pid_(pid), port_(port) {}

  pid_t pid_;
  const uint16_t port_;
};

// A folder that is gone at the end.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// In the folders of $PATH and where Debian keeps PostgreSQL's; kNotFound names the package that brings it.
absl::StatusOr<std::string> FindProgram(std::string_view name, std::string_view package);

// etcd 3.4 with its HTTP gateway.
absl::StatusOr<std::unique_ptr<Service>> StartEtcd(const std::string& folder);
absl::StatusOr<std::unique_ptr<Service>> StartNats();
// PostgreSQL 15, synchronous_commit on (its default), connections from the loopback as user postgres without a
// password.
absl::StatusOr<std::unique_ptr<Service>> StartPostgres(const std::string& folder);

}  // namespace setpoint::tools
