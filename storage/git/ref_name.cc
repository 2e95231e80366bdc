#include "storage/git/ref_name.h"

#include <cstdint>

namespace setpoint::storage {

namespace {

bool StartsWith(std::string_view text, std::string_view prefix) { return text.substr(0, prefix.size()) == prefix; }

bool EndsWith(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

// One part between slashes.
bool IsComponent(std::string_view part) { return !part.empty() && part.front() != '.' && !EndsWith(part, ".lock"); }

}  // namespace

bool IsRefName(std::string_view name) {
  if (!StartsWith(name, "refs/") || name.back() == '.') return false;
  for (const char c : name) {
    if (static_cast<uint8_t>(c) <= ' ' || c == '\x7f') return false;
    if (std::string_view("~^:?*[\\").find(c) != std::string_view::npos) return false;
  }
  if (name.find("..") != std::string_view::npos || name.find("@{") != std::string_view::npos) return false;
  for (size_t from = 0;;) {
    const size_t slash = name.find('/', from);
    if (!IsComponent(name.substr(from, slash - from))) return false;
    if (slash == std::string_view::npos) return true;
    from = slash + 1;
  }
}

}  // namespace setpoint::storage
