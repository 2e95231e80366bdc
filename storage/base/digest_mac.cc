#include "storage/base/digest_mac.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "storage/base/check.h"

namespace setpoint::storage {

Digest HmacSha256(std::string_view key, std::string_view bytes) {
  Digest digest;
  unsigned int size = Digest::kSize;
  const unsigned char* made =
      HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(bytes.data()),
           bytes.size(), digest.bytes.data(), &size);
  SETPOINT_CHECK(made != nullptr && size == Digest::kSize, "OpenSSL has no HMAC-SHA-256");
  return digest;
}

bool SameInConstantTime(std::string_view left, std::string_view right) {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace setpoint::storage
