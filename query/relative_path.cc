#include "query/relative_path.h"

#include <vector>

namespace setpoint::query {

std::optional<std::string> JoinPath(std::string_view folder, std::string_view relative) {
  if (relative.starts_with('/')) return std::nullopt;
  std::vector<std::string_view> steps;
  for (std::string_view rest : {folder, relative}) {
    while (!rest.empty()) {
      const size_t slash = rest.find('/');
      const std::string_view step = rest.substr(0, slash);
      rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
      if (step == "..") {
        if (steps.empty()) return std::nullopt;
        steps.pop_back();
      } else if (!step.empty() && step != ".") {
        steps.push_back(step);
      }
    }
  }
  std::string path;
  for (const std::string_view step : steps) {
    if (!path.empty()) path += '/';
    path += step;
  }
  return path;
}

}  // namespace setpoint::query
