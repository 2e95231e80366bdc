// The trailers of a commit message ("Signed-off-by: …"), by Git's own rules (git-interpret-trailers(1)): a last
// paragraph that is no title, all of trailers, or at least a quarter of them where one is of those that Git writes
// itself. A pure function; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace setpoint::query {

struct Trailer {
  std::string key;    // As written.
  std::string value;  // Folded lines joined with one space.
  bool operator==(const Trailer&) const = default;
};

// In the order of the message; lines of the paragraph that are none are left out.
std::vector<Trailer> ParseTrailers(std::string_view message);

}  // namespace setpoint::query
