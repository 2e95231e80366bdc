// A repository to which commits are pushed in time. All commits are made first, in a repository beside it; a push
// writes the objects of one commit into the followed repository, loose as `git push` leaves a few, and moves the ref.
// One thread.
#pragma once

#include <git2/oid.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

struct git_odb;
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

  // The next commit.
  absl::Status PushNext();
  // The commit that was pushed last.
  const std::string& tip() const { return commits_[next_ - 1]; }

 private:
  PushSource() = default;
  absl::Status MakeCommits(const std::string& repository, const std::vector<PushPlan>& plans);
  absl::Status SendCommit(const git_oid& commit);
  absl::Status SendTree(const git_oid& tree);
  absl::Status Send(const git_oid& object);

  git_repository* repository_ = nullptr;  // The followed one.
  git_odb* objects_ = nullptr;
  git_repository* made_ = nullptr;  // Where the commits were made.
  git_odb* made_objects_ = nullptr;
  std::string branch_;
  std::vector<std::string> commits_;
  size_t next_ = 0;
};

}  // namespace setpoint::tools
