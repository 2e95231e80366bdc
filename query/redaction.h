// Digests in place of secrets. Redacted is every scalar that is
//   data, stringData of a Secret, wherever in a document it stands, and of what its key calls a Secret;
//   encryptedData, data and the template's data of a SealedSecret;
//   the last-applied-configuration of either;
//   a literal of a kustomization's secretGenerator;
//   ciphertext of SOPS, the wrapped data keys and the authentication code of its `sops` member;
//   a text that holds a manifest of a Secret, or ciphertext, in itself (a manifest in a ConfigMap, a template).
// Keys, lists and objects stay, so that a redacted document shows which fields there are, and two of them which differ.
// Pure functions; any thread may call them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "storage/base/digest.h"

namespace setpoint::query {

struct RedactionSubject {
  std::string_view key;      // scope#identity: an item of a SecretList need not say its kind.
  std::string_view content;  // Canonical JSON.
};

// Canonical JSON in which a digest stands for each secret: "hmac-sha256:…", of ciphertext "ENC[hmac-sha256:…]". Equal
// values have equal digests. Nothing: there is no secret in it. kDataLoss where the content is no JSON.
absl::StatusOr<std::optional<std::string>> Redact(const RedactionSubject& subject, std::string_view redaction_key);

// What stands for the hash of a content that is redacted.
storage::Digest RedactedHash(const storage::Digest& content_hash, std::string_view redaction_key);

// A JSON string that Redact made: filters do not see it.
bool IsRedacted(std::string_view json);

// Whether the key says by itself that the resource's payload is secret.
bool IsSecretKey(std::string_view key);

}  // namespace setpoint::query
