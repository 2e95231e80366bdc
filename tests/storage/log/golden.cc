#include "tests/storage/log/golden.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "storage/base/hex.h"

namespace setpoint::storage {
namespace {

constexpr size_t kBytesALine = 16;

std::string PathOf(const std::string& name) { return std::string(SETPOINT_LOG_GOLDEN) + "/" + name + ".hex"; }

}  // namespace

std::string ReadGolden(const std::string& name) {
  std::ifstream file(PathOf(name));
  EXPECT_TRUE(file.is_open()) << PathOf(name);
  std::string digits;
  for (std::string line; std::getline(file, line);) digits += line.substr(0, line.find('#'));
  std::erase(digits, ' ');
  const std::optional<std::string> bytes = HexDecode(digits);
  EXPECT_TRUE(bytes.has_value()) << PathOf(name);
  return bytes.value_or("");
}

void ExpectGolden(const std::string& name, std::string_view bytes) {
  if (std::getenv("SETPOINT_UPDATE_GOLDEN") == nullptr) {
    EXPECT_EQ(HexEncode(bytes), HexEncode(ReadGolden(name))) << PathOf(name);
    return;
  }
  std::ofstream file(PathOf(name));
  for (size_t at = 0; at < bytes.size(); at += kBytesALine) file << HexEncode(bytes.substr(at, kBytesALine)) << "\n";
}

}  // namespace setpoint::storage
