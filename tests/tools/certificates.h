// Certificates for tests. One thread.
#pragma once

#include <string>

namespace setpoint::test {

// Makes in `directory` an authority that nobody knows (ca.pem) and a certificate by it for the name "localhost"
// (server.pem, server.key), good for a day. Aborts the test where `openssl` cannot.
void MakeCertificates(const std::string& directory);

}  // namespace setpoint::test
