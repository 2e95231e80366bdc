#include "storage/base/digest.h"

#include <openssl/evp.h>

#include <memory>

#include "storage/base/check.h"
#include "storage/base/hex.h"

namespace setpoint::storage {

std::string Digest::Hex() const { return HexEncode(Bytes()); }

std::optional<Digest> Digest::FromBytes(std::string_view raw) {
  if (raw.size() != kSize) return std::nullopt;
  Digest digest;
  std::memcpy(digest.bytes.data(), raw.data(), kSize);
  return digest;
}

Digest Sha256(std::initializer_list<std::string_view> parts) {
  // Fetching the algorithm and making a context cost more than hashing a small resource: both are made once a thread.
  thread_local const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> algorithm(EVP_MD_fetch(nullptr, "SHA256", nullptr),
                                                                               &EVP_MD_free);
  thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                                     &EVP_MD_CTX_free);
  SETPOINT_CHECK(algorithm != nullptr && context != nullptr, "OpenSSL offers no SHA-256");
  SETPOINT_CHECK(EVP_DigestInit_ex2(context.get(), algorithm.get(), nullptr) == 1, "SHA-256 init");
  for (const std::string_view part : parts) {
    SETPOINT_CHECK(EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1, "SHA-256 update");
  }
  Digest digest;
  SETPOINT_CHECK(EVP_DigestFinal_ex(context.get(), digest.bytes.data(), nullptr) == 1, "SHA-256 final");
  return digest;
}

Digest HmacSha256(std::string_view key, std::initializer_list<std::string_view> parts) {
  constexpr size_t kBlockSize = 64;
  SETPOINT_CHECK(key.size() <= kBlockSize, "an HMAC key is no longer than a block");
  std::array<char, kBlockSize> inner_pad;
  std::array<char, kBlockSize> outer_pad;
  for (size_t i = 0; i < kBlockSize; ++i) {
    const char byte = i < key.size() ? key[i] : '\0';
    inner_pad[i] = static_cast<char>(byte ^ 0x36);
    outer_pad[i] = static_cast<char>(byte ^ 0x5C);
  }
  std::string text(inner_pad.data(), kBlockSize);
  for (const std::string_view part : parts) text.append(part);
  const Digest inner = Sha256(text);
  return Sha256({std::string_view(outer_pad.data(), kBlockSize), inner.Bytes()});
}

}  // namespace setpoint::storage
