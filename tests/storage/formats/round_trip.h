// Canonical content is its own canonical form (formats.md): read again as JSON it gives the same bytes, but for keys
// that begin with '$', of which each gets one more, and for the zero with a sign that Go prints of -0.0 and reads as an
// integer. For tests and fuzz targets.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "storage/formats/decoder.h"

namespace setpoint::storage {

// What canonical JSON becomes when it is read again. A key is a string that is followed by ':'.
inline std::string ReadAgain(std::string_view content) {
  std::string out;
  for (size_t at = 0; at < content.size();) {
    if (content[at] != '"') {
      const bool begins = at == 0 || std::string_view(":,[").find(content[at - 1]) != std::string_view::npos;
      const bool is_signed_zero =
          begins && content.substr(at, 2) == "-0" && content.substr(at + 2, 1).find_first_of(".eE") != 0;
      if (!is_signed_zero) out.push_back(content[at]);
      ++at;
      continue;
    }
    size_t end = at + 1;
    while (end < content.size() && content[end] != '"') end += content[end] == '\\' ? 2 : 1;
    const bool is_key = end + 1 < content.size() && content[end + 1] == ':';
    out.push_back('"');
    if (is_key && content[at + 1] == '$') out.push_back('$');
    out.append(content.substr(at + 1, end - at));
    at = end + 1;
  }
  return out;
}

// What is wrong with decoding a resource's content again; empty where nothing is. In a list, so that it is data
// whatever it looks like; at the greatest depth it may be too deep for that.
inline std::string RoundTripProblem(const DecodedResource& resource) {
  const std::string listed = "[" + resource.content + "]";
  const Decoded again = Decode(ClassifyPath("a.json", FileMode::kRegular), ObjectId{}, listed);
  if (again.outcome != Outcome::kDecoded) {
    const bool is_bound = again.reason.find("too") != std::string::npos;
    return is_bound ? std::string() : "does not decode: " + again.reason;
  }
  if (!again.reason.empty()) return "a warning: " + again.reason;
  if (again.resources.size() != 1) return std::to_string(again.resources.size()) + " resources";
  const std::string expected = "[" + ReadAgain(resource.content) + "]";
  return again.resources[0].content == expected ? std::string() : "is not its own canonical form: " + resource.content;
}

}  // namespace setpoint::storage
