// The one door to libgit2: owning handles, errors as statuses, ids. Included by .cc files of storage/git only, so that
// no type of libgit2 leaks out of this folder.
// libgit2's rule holds for every handle: one thread at a time. Its last error is per thread and is copied at once.
#pragma once

#include <git2.h>

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "storage/base/object_id.h"

namespace setpoint::storage::libgit2 {

template <auto kFree>
struct Free {
  template <typename T>
  void operator()(T* handle) const {
    kFree(handle);
  }
};

using Config = std::unique_ptr<git_config, Free<git_config_free>>;
using Odb = std::unique_ptr<git_odb, Free<git_odb_free>>;
using OdbObject = std::unique_ptr<git_odb_object, Free<git_odb_object_free>>;

// Starts libgit2 for the life of the program, once: its object cache off (it holds what nobody asks again), its strict
// verification of hashes off (ObjectReaderOptions offers one that costs only who wants it), its owner check off (the
// caller has chosen what to read). Any thread, as often as wanted.
void Initialize();

// What the call that returned `code` (< 0) in this thread complained of: "<what>: <libgit2's message>".
// GIT_ENOTFOUND is kNotFound, everything else kDataLoss.
absl::Status Error(int code, std::string_view what);

inline git_oid ToOid(const ObjectId& id) {
  git_oid oid;
  git_oid_fromraw(&oid, id.bytes.data());
  return oid;
}

inline ObjectId FromOid(const git_oid& oid) {
  ObjectId id;
  std::memcpy(id.bytes.data(), oid.id, ObjectId::kSize);
  return id;
}

}  // namespace setpoint::storage::libgit2
