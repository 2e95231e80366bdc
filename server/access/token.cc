#include "server/access/token.h"

#include "absl/strings/escaping.h"

namespace setpoint::server {
namespace {

constexpr std::string_view kPrefix = "spt_";
constexpr size_t kRandomBytes = 32;

}  // namespace

std::string MakeToken(const storage::RandomSource& random) {
  std::string text = absl::WebSafeBase64Escape(random.Bytes(kRandomBytes));
  while (text.ends_with('=')) text.pop_back();
  return std::string(kPrefix).append(text);
}

storage::Digest HashToken(std::string_view token) { return storage::Sha256(token); }

bool SameDigest(const storage::Digest& a, const storage::Digest& b) {
  unsigned difference = 0;  // Of all bytes, so that there is no place to stop at.
  for (size_t i = 0; i < storage::Digest::kSize; ++i) difference |= static_cast<unsigned>(a.bytes[i] ^ b.bytes[i]);
  return difference == 0;
}

}  // namespace setpoint::server
