// What a client makes of an encoded body. Any thread.
#pragma once

#include <string>

namespace setpoint::test {

// The plain bytes; fails the running test where they are not whole, with their end mark, and nothing behind it.
std::string Unzip(const std::string& bytes);
std::string Unzstd(const std::string& bytes);

}  // namespace setpoint::test
