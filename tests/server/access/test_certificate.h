// A self-signed certificate and its key, made on the spot, as PEM files. One thread.
#pragma once

#include <string>

namespace setpoint::test {

struct TestCertificate {
  std::string certificate;  // Paths.
  std::string key;
};

// Writes DIRECTORY/NAME.crt and DIRECTORY/NAME.key, for `name` as the common name and 127.0.0.1 as its address.
TestCertificate MakeTestCertificate(const std::string& directory, const std::string& name);

}  // namespace setpoint::test
