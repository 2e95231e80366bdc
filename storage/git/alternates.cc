#include "storage/git/alternates.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>

#include "storage/git/read_file.h"

namespace setpoint::storage {

namespace {

namespace fs = std::filesystem;

constexpr int kDepthMax = 5;  // As Git.

absl::Status AddWithAlternates(const std::string& directory, int depth, std::vector<std::string>& found) {
  if (depth > kDepthMax || std::find(found.begin(), found.end(), directory) != found.end()) return absl::OkStatus();
  found.push_back(directory);
  const absl::StatusOr<std::optional<std::string>> text = ReadFileIfThere(directory + "/info/alternates");
  if (!text.ok()) return text.status();
  std::string_view rest = text->has_value() ? std::string_view(**text) : std::string_view();
  while (!rest.empty()) {
    const size_t end = rest.find('\n');
    const std::string line(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.empty() || line[0] == '#') continue;
    std::error_code error;
    const fs::path path = fs::weakly_canonical(line[0] == '/' ? fs::path(line) : fs::path(directory) / line, error);
    if (!fs::is_directory(path, error)) continue;
    if (absl::Status status = AddWithAlternates(path.string(), depth + 1, found); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<std::string>> FindObjectDirectories(const std::string& object_directory) {
  std::vector<std::string> found;
  if (absl::Status status = AddWithAlternates(object_directory, 0, found); !status.ok()) return status;
  return found;
}

}  // namespace setpoint::storage
