// Where the keys stand that signatures of a repository's commits are verified with: files on this machine, named in the
// repository's settings. Plain data; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace setpoint::storage {

// On disk (FORMAT.md): fixed for ever.
enum class SignatureKeyKind : uint8_t {
  kOpenPgp = 1,     // Public keys as `gpg --export` writes them, armoured or not, or a keybox.
  kSsh = 2,         // An allowed-signers file (ssh-keygen(1), ALLOWED SIGNERS).
  kSshRevoked = 3,  // A key revocation list, or public keys one a line.
  kX509 = 4,        // Certificates (PEM) that signers' certificates are to lead to, and revocation lists of theirs.
};

struct SignatureKeyFile {
  SignatureKeyKind kind = SignatureKeyKind::kOpenPgp;
  std::string path;
  bool operator==(const SignatureKeyFile&) const = default;
};

// "KIND:PATH", KIND being openpgp, ssh, ssh-revoked or x509. kInvalidArgument, with what to write, otherwise.
absl::StatusOr<SignatureKeyFile> ParseSignatureKeyFile(std::string_view text);
// The text that gives it again.
std::string SignatureKeyFileText(const SignatureKeyFile& file);

}  // namespace setpoint::storage
