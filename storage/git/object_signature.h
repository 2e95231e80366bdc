// The signature of a commit or an annotated tag, and the bytes that it signs, taken from the object's own bytes.
// Whether it is a good one is a question for storage/signatures. Pure functions; any thread may call them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace setpoint::storage {

enum class SignatureFormat : uint8_t { kOpenPgp, kSsh, kX509, kUnknown };

// "openpgp", "ssh", "x509", "unknown".
std::string_view SignatureFormatName(SignatureFormat format);

struct SignedObject {
  SignatureFormat format = SignatureFormat::kUnknown;
  std::string signature;  // Armoured, as its tool wrote it.
  // The object without its signatures. Nothing where only the object that the repository would have under SHA-256 was
  // signed: that one's bytes are not known.
  std::optional<std::string> payload;
};

// Nothing: it carries none. Signatures of both hashes may stand in a commit; the one of its own (gpgsig) is taken.
std::optional<SignedObject> SplitSignedCommit(std::string_view raw);
// A tag's signature is the end of its message.
std::optional<SignedObject> SplitSignedTag(std::string_view raw);

}  // namespace setpoint::storage
