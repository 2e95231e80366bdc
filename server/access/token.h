// Bearer tokens: 256 random bits behind a prefix that scanners of leaked secrets can look for. Kept as their SHA-256:
// a slow hash protects what people choose and others guess; nobody guesses 256 random bits, and a slow hash would let
// anybody keep the server busy with wrong tokens. Pure functions; any thread may call them.
#pragma once

#include <string>
#include <string_view>

#include "storage/base/digest.h"
#include "storage/base/random.h"

namespace setpoint::server {

// "spt_" and forty-three letters, digits, '-' and '_'.
std::string MakeToken(const storage::RandomSource& random);

storage::Digest HashToken(std::string_view token);

// In time that does not depend on where they differ.
bool SameDigest(const storage::Digest& a, const storage::Digest& b);

}  // namespace setpoint::server
