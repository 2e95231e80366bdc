// Marks by which a text may hold secrets (formats.md, Kubernetes): a manifest of a Secret or SealedSecret, however it
// is written or embedded, what SOPS encrypted, a generator of Secrets. Quick and never too lenient: a text without a
// mark holds none of these, one with a mark is looked at closely. Pure functions; any thread may call them.
#pragma once

#include <string_view>

namespace setpoint::storage {

// `kind: Secret`, `"kind":"SealedSecret"`, the same inside of a JSON string, a list of them, `ENC[`, `secretGenerator`.
bool HasSecretMark(std::string_view text);

// "Secret" and "SealedSecret": the kinds whose payloads are secrets.
bool IsSecretKind(std::string_view kind);

}  // namespace setpoint::storage
