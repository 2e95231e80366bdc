#include "tests/tools/certificates.h"

#include <cstdlib>

#include "storage/base/check.h"
#include "storage/base/concat.h"

namespace setpoint::test {

void MakeCertificates(const std::string& directory) {
  const std::string command = storage::Concat(
      "cd '", directory, "' && exec > openssl.log 2>&1 && ",
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=test-authority "
      "-keyout ca.key -out ca.pem && ",
      "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -keyout server.key "
      "-out server.csr && printf 'subjectAltName=DNS:localhost\\n' > names && ",
      "openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 1 -extfile names -out "
      "server.pem");
  SETPOINT_CHECK(std::system(command.c_str()) == 0, "openssl made no certificate");
}

}  // namespace setpoint::test
