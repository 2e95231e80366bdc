// The key of redaction is made once and kept; a store that is only read does not keep one.
#include "storage/projections/redaction_key.h"

#include <gtest/gtest.h>

#include <memory>

#include "storage/projections/database.h"
#include "tests/support/temporary_directory.h"

namespace setpoint::storage {
namespace {

TEST(RedactionKeyTest, IsMadeAtTheFirstOpenForWritingAndKept) {
  const test::TemporaryDirectory directory;
  const std::string path = directory.path() + "/store";
  const std::string key = Database::Open(path, {.mode = OpenMode::kCreateIfMissing}).value()->redaction_key;
  EXPECT_EQ(key.size(), 32u);
  EXPECT_EQ(Database::Open(path, {.mode = OpenMode::kReadWrite}).value()->redaction_key, key);
  EXPECT_EQ(Database::Open(path, {.mode = OpenMode::kReadOnly}).value()->redaction_key, key);
}

TEST(RedactionKeyTest, AStoreThatIsOnlyReadAndHasNoneGetsOneForThisProcess) {
  const test::TemporaryDirectory directory;
  const std::string path = directory.path() + "/store";
  {
    const auto made = Store::Open(path, {.mode = OpenMode::kCreateIfMissing}).value();
  }
  const auto store = Store::Open(path, {.mode = OpenMode::kReadOnly}).value();
  const std::string first = EnsureRedactionKey(*store, OpenMode::kReadOnly, SystemRandom()).value();
  EXPECT_EQ(first.size(), 32u);
  EXPECT_NE(EnsureRedactionKey(*store, OpenMode::kReadOnly, SystemRandom()).value(), first);
}

}  // namespace
}  // namespace setpoint::storage
