// What of a store an answer may show: a part of every View, made once for whoever asks (server/handlers), so that no
// query decides by itself. A value, cheap to copy; any thread.
#pragma once

#include <string>

namespace setpoint::query {

enum class Secrets {
  kRedacted,  // A digest stands in place of each (redaction.h).
  kShown,
};

struct Disclosure {
  Secrets secrets = Secrets::kRedacted;

  bool operator==(const Disclosure&) const = default;

  // A word that differs wherever two disclosures may give different answers to one question: part of an ETag.
  std::string Class() const { return secrets == Secrets::kShown ? "shown" : "redacted"; }
};

}  // namespace setpoint::query
