#include "tests/support/history_source.h"

#include <git2.h>

#include <memory>

#include "storage/base/check.h"

namespace setpoint::test {
namespace {

using storage::ObjectId;

void CheckGit(int code) {
  if (code >= 0) return;
  const git_error* error = git_error_last();
  SETPOINT_CHECK(false, error != nullptr ? error->message : "libgit2 failed");
}

git_oid ToGit(const ObjectId& id) {
  git_oid result;
  CheckGit(git_oid_fromstr(&result, id.Hex().c_str()));
  return result;
}

ObjectId FromGit(const git_oid& id) {
  return *ObjectId::FromBytes({reinterpret_cast<const char*>(id.id), ObjectId::kSize});
}

struct Free {
  void operator()(git_commit* commit) const { git_commit_free(commit); }
  void operator()(git_tree* tree) const { git_tree_free(tree); }
  void operator()(git_tree_entry* entry) const { git_tree_entry_free(entry); }
  void operator()(git_blob* blob) const { git_blob_free(blob); }
  void operator()(git_object* object) const { git_object_free(object); }
};

std::unique_ptr<git_commit, Free> LookUpCommit(git_repository* repository, const ObjectId& id) {
  const git_oid oid = ToGit(id);
  git_commit* commit = nullptr;
  CheckGit(git_commit_lookup(&commit, repository, &oid));
  return std::unique_ptr<git_commit, Free>(commit);
}

std::unique_ptr<git_tree, Free> TreeOf(git_repository* repository, const ObjectId& id) {
  git_tree* tree = nullptr;
  CheckGit(git_commit_tree(&tree, LookUpCommit(repository, id).get()));
  return std::unique_ptr<git_tree, Free>(tree);
}

TreeFile FileOf(const git_tree_entry* entry) {
  return {storage::NormalizeMode(static_cast<uint32_t>(git_tree_entry_filemode_raw(entry))),
          FromGit(*git_tree_entry_id(entry))};
}

}  // namespace

HistorySource::HistorySource(const std::string& git_directory) {
  CheckGit(git_libgit2_init());
  CheckGit(git_repository_open_bare(&repository_, git_directory.c_str()));
}

HistorySource::~HistorySource() {
  git_repository_free(repository_);
  git_libgit2_shutdown();
}

const std::vector<ObjectId>& HistorySource::ParentsOf(const ObjectId& commit) {
  const auto [place, is_new] = parents_.try_emplace(commit);
  if (!is_new) return place->second;
  const auto found = LookUpCommit(repository_, commit);
  for (unsigned n = 0; n < git_commit_parentcount(found.get()); ++n) {
    place->second.push_back(FromGit(*git_commit_parent_id(found.get(), n)));
  }
  return place->second;
}

const FileMap& HistorySource::FilesOf(const ObjectId& commit) {
  const auto [place, is_new] = files_.try_emplace(commit);
  if (!is_new) return place->second;
  const auto add = [](const char* folder, const git_tree_entry* entry, void* files) {
    if (git_tree_entry_type(entry) == GIT_OBJECT_TREE) return 0;
    (*static_cast<FileMap*>(files))[std::string(folder) + git_tree_entry_name(entry)] = FileOf(entry);
    return 0;
  };
  CheckGit(git_tree_walk(TreeOf(repository_, commit).get(), GIT_TREEWALK_PRE, add, &place->second));
  return place->second;
}

std::optional<TreeFile> HistorySource::FileAt(const ObjectId& commit, const std::string& path) {
  git_tree_entry* entry = nullptr;
  const int code = git_tree_entry_bypath(&entry, TreeOf(repository_, commit).get(), path.c_str());
  if (code == GIT_ENOTFOUND) return std::nullopt;
  CheckGit(code);
  const std::unique_ptr<git_tree_entry, Free> owned(entry);
  if (git_tree_entry_type(entry) == GIT_OBJECT_TREE) return std::nullopt;
  return FileOf(entry);
}

std::string HistorySource::BlobBytes(const ObjectId& blob) {
  const git_oid oid = ToGit(blob);
  git_blob* found = nullptr;
  CheckGit(git_blob_lookup(&found, repository_, &oid));
  const std::unique_ptr<git_blob, Free> owned(found);
  return {static_cast<const char*>(git_blob_rawcontent(found)), static_cast<size_t>(git_blob_rawsize(found))};
}

std::optional<ObjectId> HistorySource::PeelToCommit(const ObjectId& id) {
  const git_oid oid = ToGit(id);
  git_object* object = nullptr;
  CheckGit(git_object_lookup(&object, repository_, &oid, GIT_OBJECT_ANY));
  const std::unique_ptr<git_object, Free> owned(object);
  git_object* peeled = nullptr;
  if (git_object_peel(&peeled, object, GIT_OBJECT_COMMIT) < 0) return std::nullopt;
  const std::unique_ptr<git_object, Free> owned_peeled(peeled);
  return FromGit(*git_object_id(peeled));
}

}  // namespace setpoint::test
