// Files that SOPS encrypted (formats.md): their leaves are ciphertext, beside a `sops` member that holds the wrapped
// data keys and a message authentication code. Pure functions; any thread may call them.
#pragma once

#include <string_view>

#include "query/json_alignment.h"
#include "query/json_value.h"

namespace setpoint::query {

// A document that SOPS encrypted.
bool IsSops(const JsonValue& document);

// A value that SOPS encrypted: "ENC[AES256_GCM,…]".
bool IsCiphertext(const JsonValue& value);

// Whether two versions of such a document differ in ciphertext and keys alone: the recipients changed, or every value
// was encrypted anew under another data key. A single value that differs under the same key was edited.
bool IsRekeyed(const JsonValue& before, const JsonValue& after, const JsonAlignment& alignment);

}  // namespace setpoint::query
