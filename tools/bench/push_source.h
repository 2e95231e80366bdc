// A repository to which commits are pushed in time: all of them are made first, so that a push is one ref that moves.
// One thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

struct git_repository;

namespace setpoint::tools {

struct PushPlan {
  size_t commits = 1;
  size_t files_per_commit = 1;
};

class PushSource {
 public:
  // On top of the default branch of a bare repository. Each file is one resource of about 300 bytes, changed by each
  // commit that writes it.
  static absl::StatusOr<std::unique_ptr<PushSource>> Prepare(const std::string& repository,
                                                             const std::vector<PushPlan>& plans);
  ~PushSource();
  PushSource(const PushSource&) = delete;
  PushSource& operator=(const PushSource&) = delete;

  // Moves the branch to the next commit.
  absl::Status PushNext();

 private:
  PushSource() = default;

  git_repository* repository_ = nullptr;
  std::string branch_;
  std::vector<std::string> commits_;
  size_t next_ = 0;
};

}  // namespace setpoint::tools
