#include "tools/bench/push_source.h"

#include <git2.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "tools/bench/process.h"

namespace setpoint::tools {
namespace {

std::string FileOf(size_t file, size_t commit) {
  return absl::StrCat("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bench-", file, "}\ndata:\n  value: '", commit,
                      "'\n  filling: '", std::string(180, 'x'), "'\n");
}

// What `git fast-import` makes the commits of.
std::string StreamOf(const std::string& branch, const std::vector<PushPlan>& plans) {
  std::string stream;
  size_t mark = 0;
  for (const PushPlan& plan : plans) {
    for (size_t i = 0; i < plan.commits; ++i) {
      ++mark;
      const std::string message = absl::StrCat("bench ", mark);
      absl::StrAppend(&stream, "commit refs/bench/tip\nmark :", mark, "\ncommitter Bench <bench@example.org> ",
                      1'800'000'000 + mark, " +0000\ndata ", message.size(), "\n", message, "\nfrom ");
      absl::StrAppend(&stream, mark == 1 ? branch + "^0" : absl::StrCat(":", mark - 1), "\n");
      for (size_t file = 0; file < plan.files_per_commit; ++file) {
        const std::string text = FileOf(file, mark);
        absl::StrAppend(&stream, "M 100644 inline bench/", file, ".yaml\ndata ", text.size(), "\n", text, "\n");
      }
    }
  }
  return stream;
}

absl::Status GitError(const std::string& doing) {
  const git_error* const error = git_error_last();
  return absl::InternalError(absl::StrCat(doing, ": ", error == nullptr ? "unknown" : error->message));
}

}  // namespace

absl::StatusOr<std::unique_ptr<PushSource>> PushSource::Prepare(const std::string& repository,
                                                                const std::vector<PushPlan>& plans) {
  git_libgit2_init();
  std::unique_ptr<PushSource> source(new PushSource());
  git_reference* head = nullptr;
  if (git_repository_open(&source->repository_, repository.c_str()) != 0) return GitError("cannot open the source");
  if (git_repository_head(&head, source->repository_) != 0) return GitError("the source has no default branch");
  source->branch_ = git_reference_name(head);
  git_reference_free(head);
  const std::string stream = repository + "/bench-stream";
  const std::string marks = repository + "/bench-marks";
  std::ofstream(stream, std::ios::binary) << StreamOf(source->branch_, plans);
  const auto made =
      RunProcess({.words = {"git", "-C", repository, "fast-import", "--quiet", "--force", "--export-marks=" + marks},
                  .input_file = stream});
  if (!made.ok()) return made.status();
  std::ifstream lines(marks);
  std::string mark, commit;
  while (lines >> mark >> commit) {
    const size_t number = std::strtoull(mark.c_str() + 1, nullptr, 10);
    source->commits_.resize(std::max(source->commits_.size(), number));
    source->commits_[number - 1] = commit;
  }
  return source;
}

PushSource::~PushSource() { git_repository_free(repository_); }

absl::Status PushSource::PushNext() {
  if (next_ == commits_.size()) return absl::OutOfRangeError("no commit is left to push");
  git_oid id;
  git_reference* moved = nullptr;
  if (git_oid_fromstr(&id, commits_[next_++].c_str()) != 0 ||
      git_reference_create(&moved, repository_, branch_.c_str(), &id, 1, "bench") != 0) {
    return GitError("cannot move the branch");
  }
  git_reference_free(moved);
  return absl::OkStatus();
}

}  // namespace setpoint::tools
