// The header fields by which a client says what it takes: Accept and Accept-Encoding, with their weights (RFC 9110,
// 12.5). Pure functions; any thread.
#pragma once

#include <string_view>

namespace setpoint::server {

// How much a client that sent this Accept wants a media type ("application/json"), in thousandths; 0: it refuses it.
// The most exact range decides: type/subtype, then type/*, then */*. Parameters other than q are not looked at.
unsigned MediaTypeWeight(std::string_view accept, std::string_view media_type);

// Likewise of a content coding and Accept-Encoding; what is not named has the weight of `*`, or 0 where that is not
// named either.
unsigned CodingWeight(std::string_view accept_encoding, std::string_view coding);

}  // namespace setpoint::server
