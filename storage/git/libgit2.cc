#include "storage/git/libgit2.h"

#include "storage/base/check.h"
#include "storage/base/thread_role.h"

namespace setpoint::storage::libgit2 {

void Initialize() {
  CheckMayBlock();
  static const bool started = [] {
    SETPOINT_CHECK(git_libgit2_init() >= 0, "libgit2 does not start");
    git_libgit2_opts(GIT_OPT_ENABLE_CACHING, 0);
    git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    return true;
  }();
  static_cast<void>(started);
}

absl::Status Error(int code, std::string_view what) {
  const git_error* last = git_error_last();
  std::string text(what);
  text += ": ";
  text += last != nullptr && last->message != nullptr ? last->message : "no reason given";
  return code == GIT_ENOTFOUND ? absl::NotFoundError(text) : absl::DataLossError(text);
}

}  // namespace setpoint::storage::libgit2
