// Proof that somebody knows a secret: keyed digests, and comparing them without telling how much was right.
// Pure functions; any thread.
#pragma once

#include <string_view>

#include "storage/base/digest.h"

namespace setpoint::storage {

// HMAC-SHA-256 (RFC 2104).
Digest HmacSha256(std::string_view key, std::string_view bytes);

// Equality in a time that depends on the sizes alone.
bool SameInConstantTime(std::string_view left, std::string_view right);

}  // namespace setpoint::storage
