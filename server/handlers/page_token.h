// Where the next page of a list begins. It names the position, so that all pages are one consistent cut whatever is
// ingested meanwhile. Opaque to clients: they only hand it back.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "storage/base/ids.h"

namespace setpoint::server {

struct PageToken {
  storage::Position position;
  std::string after_key;
  bool operator==(const PageToken&) const = default;

  std::string Encode() const;
  // Nothing where the text is none that Encode made.
  static std::optional<PageToken> Decode(std::string_view text);
};

}  // namespace setpoint::server
