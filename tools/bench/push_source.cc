#include "tools/bench/push_source.h"

#include <git2.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
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
  if (git_repository_open(&source->repository_, repository.c_str()) != 0 ||
      git_repository_odb(&source->objects_, source->repository_) != 0) {
    return GitError("cannot open the source");
  }
  if (git_repository_head(&head, source->repository_) != 0) return GitError("the source has no default branch");
  source->branch_ = git_reference_name(head);
  git_reference_free(head);
  if (absl::Status status = source->MakeCommits(repository, plans); !status.ok()) return status;
  return source;
}

absl::Status PushSource::MakeCommits(const std::string& repository, const std::vector<PushPlan>& plans) {
  const std::string beside = repository + "-made";
  std::filesystem::remove_all(beside);
  auto made = RunProcess({.words = {"git", "clone", "-q", "--bare", "--shared", repository, beside}});
  if (!made.ok()) return made.status();
  const std::string stream = beside + "/bench-stream";
  const std::string marks = beside + "/bench-marks";
  std::ofstream(stream, std::ios::binary) << StreamOf(branch_, plans);
  made = RunProcess({.words = {"git", "-C", beside, "fast-import", "--quiet", "--force", "--export-marks=" + marks},
                     .input_file = stream});
  if (!made.ok()) return made.status();
  std::ifstream lines(marks);
  std::string mark, commit;
  while (lines >> mark >> commit) {
    const size_t number = std::strtoull(mark.c_str() + 1, nullptr, 10);
    commits_.resize(std::max(commits_.size(), number));
    commits_[number - 1] = commit;
  }
  const bool opened =
      git_repository_open(&made_, beside.c_str()) == 0 && git_repository_odb(&made_objects_, made_) == 0;
  return opened ? absl::OkStatus() : GitError("cannot open what was made");
}

PushSource::~PushSource() {
  git_odb_free(made_objects_);
  git_repository_free(made_);
  git_odb_free(objects_);
  git_repository_free(repository_);
}

absl::Status PushSource::Send(const git_oid& object) {
  git_odb_object* read = nullptr;
  git_oid written;
  if (git_odb_read(&read, made_objects_, &object) != 0) return GitError("cannot read what was made");
  const int result = git_odb_write(&written, objects_, git_odb_object_data(read), git_odb_object_size(read),
                                   git_odb_object_type(read));
  git_odb_object_free(read);
  return result == 0 ? absl::OkStatus() : GitError("cannot write to the source");
}

// Of a tree those of its own that the source lacks; two levels, as the commits are made.
absl::Status PushSource::SendTree(const git_oid& id) {
  std::vector<git_oid> trees = {id};
  while (!trees.empty()) {
    const git_oid at = trees.back();
    trees.pop_back();
    git_tree* tree = nullptr;
    if (git_tree_lookup(&tree, made_, &at) != 0) return GitError("cannot read what was made");
    absl::Status status = Send(at);
    for (size_t i = 0; status.ok() && i < git_tree_entrycount(tree); ++i) {
      const git_tree_entry* const entry = git_tree_entry_byindex(tree, i);
      const git_oid& child = *git_tree_entry_id(entry);
      const bool is_tree = git_tree_entry_type(entry) == GIT_OBJECT_TREE;
      // What neither has is a submodule's commit, or a hole of the source.
      if (git_odb_exists(objects_, &child) != 0 || git_odb_exists(made_objects_, &child) == 0) continue;
      if (is_tree) {
        trees.push_back(child);
      } else {
        status = Send(child);
      }
    }
    git_tree_free(tree);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status PushSource::SendCommit(const git_oid& id) {
  git_commit* commit = nullptr;
  if (git_commit_lookup(&commit, made_, &id) != 0) return GitError("cannot read what was made");
  absl::Status status = SendTree(*git_commit_tree_id(commit));
  git_commit_free(commit);
  return status.ok() ? Send(id) : status;
}

absl::Status PushSource::PushNext() {
  if (next_ == commits_.size()) return absl::OutOfRangeError("no commit is left to push");
  git_oid id;
  git_reference* moved = nullptr;
  if (git_oid_fromstr(&id, commits_[next_++].c_str()) != 0) return GitError("cannot read an id");
  if (absl::Status status = SendCommit(id); !status.ok()) return status;
  if (git_reference_create(&moved, repository_, branch_.c_str(), &id, 1, "bench") != 0) {
    return GitError("cannot move the branch");
  }
  git_reference_free(moved);
  return absl::OkStatus();
}

}  // namespace setpoint::tools
