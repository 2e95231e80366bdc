#include "storage/git/object_hash.h"

#include "storage/git/libgit2.h"

namespace setpoint::storage {

namespace {

git_object_t Libgit2Type(ObjectType type) {
  switch (type) {
    case ObjectType::kCommit:
      return GIT_OBJECT_COMMIT;
    case ObjectType::kTree:
      return GIT_OBJECT_TREE;
    case ObjectType::kBlob:
      return GIT_OBJECT_BLOB;
    case ObjectType::kTag:
      return GIT_OBJECT_TAG;
  }
  return GIT_OBJECT_INVALID;
}

}  // namespace

ObjectId ComputeObjectId(const ObjectView& object) {
  libgit2::Initialize();
  git_oid computed;
  const int code = git_odb_hash(&computed, object.bytes.data(), object.bytes.size(), Libgit2Type(object.type));
  return code == 0 ? libgit2::FromOid(computed) : ObjectId();
}

}  // namespace setpoint::storage
