#include "tests/support/temporary_directory.h"

// For mkdtemp, which is not in <cstdlib>.  NOLINTNEXTLINE(modernize-deprecated-headers)
#include <stdlib.h>

#include "storage/base/check.h"

namespace setpoint::test {

namespace {

// Memory, where there is enough of it: these tests ask what is written, not whether a disk keeps it, and a synced write
// of every entry of thousands of stores would be most of their time. TMPDIR decides where it is set.
std::filesystem::path Parent() {
  constexpr uintmax_t kEnough = uintmax_t{2} << 30;
  std::error_code error;
  const std::filesystem::space_info memory = std::filesystem::space("/dev/shm", error);
  if (std::getenv("TMPDIR") == nullptr && !error && memory.available >= kEnough) return "/dev/shm";
  return std::filesystem::temp_directory_path();
}

}  // namespace

TemporaryDirectory::TemporaryDirectory() : path_(Parent() / "setpoint-test-XXXXXX") {
  SETPOINT_CHECK(mkdtemp(path_.data()) != nullptr, "cannot make a temporary directory");
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace setpoint::test
