// In which form a client wants an answer that has several: `as`, else the header Accept. Plain data; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "server/http/query_reader.h"
#include "server/http/request.h"

namespace setpoint::server {

struct Representation {
  std::string_view word;        // Of the parameter `as`.
  std::string_view media_type;  // Without parameters.
};

// Takes `as`. Without it the one that Accept weighs most; of equal ones the first. Nothing where Accept refuses all
// (406 is the answer). kInvalidArgument: `as` is no word of `offered`.
absl::StatusOr<std::optional<Representation>> TakeRepresentation(const Request& request, QueryReader& query,
                                                                 const std::vector<Representation>& offered);

// The answer to a request that takes none of what there is.
Response NotAcceptable(const std::vector<Representation>& offered);

// What handlers that know JSON alone ask first.
bool AcceptsJson(const Request& request);

}  // namespace setpoint::server
