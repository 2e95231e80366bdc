#include "query/path_pattern.h"

#include <vector>

namespace setpoint::query {
namespace {

// reached[i]: the first i bytes of the path can be what the pattern read so far takes. Costs pattern × path, whatever
// the pattern.
bool GlobMatches(std::string_view pattern, std::string_view path) {
  std::vector<bool> reached(path.size() + 1);
  reached[0] = true;
  for (size_t p = 0; p < pattern.size(); ++p) {
    const bool star = pattern[p] == '*';
    const bool crosses = star && p + 1 < pattern.size() && pattern[p + 1] == '*';
    if (crosses) ++p;
    std::vector<bool> next(path.size() + 1);
    for (size_t i = 0; i <= path.size(); ++i) {
      if (star) {
        next[i] = reached[i] || (i > 0 && next[i - 1] && (crosses || path[i - 1] != '/'));
      } else if (i > 0 && reached[i - 1]) {
        next[i] = pattern[p] == '?' ? path[i - 1] != '/' : pattern[p] == path[i - 1];
      }
    }
    reached.swap(next);
  }
  return reached[path.size()];
}

// Takes the first step, with its '/', off a pointer.
std::string_view TakeStep(std::string_view& pointer) {
  const size_t end = pointer.find('/', 1);
  const std::string_view step = pointer.substr(0, end);
  pointer = end == std::string_view::npos ? std::string_view() : pointer.substr(end);
  return step;
}

}  // namespace

bool PathMatches(std::string_view pattern, std::string_view path) {
  if (pattern.find_first_of("*?") == std::string_view::npos) return path.starts_with(pattern);
  return GlobMatches(pattern, path);
}

bool PointerMatches(std::string_view pattern, std::string_view pointer) {
  while (!pattern.empty()) {
    if (pointer.empty()) return false;
    const std::string_view wanted = TakeStep(pattern);
    const std::string_view step = TakeStep(pointer);
    if (wanted != "/*" && wanted != step) return false;
  }
  return true;
}

}  // namespace setpoint::query
