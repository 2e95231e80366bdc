#include "tests/support/temporary_directory.h"

#include <stdlib.h>

#include "storage/base/check.h"

namespace setpoint::test {

TemporaryDirectory::TemporaryDirectory() : path_(std::filesystem::temp_directory_path() / "setpoint-test-XXXXXX") {
  SETPOINT_CHECK(mkdtemp(path_.data()) != nullptr, "cannot make a temporary directory");
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace setpoint::test
