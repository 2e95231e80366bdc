#include "storage/formats/path_class.h"

#include <array>

namespace setpoint::storage {
namespace {

struct NamedExtension {
  std::string_view extension;
  NameClass name;
};

constexpr std::array<NamedExtension, 4> kExtensions = {{
    {".yaml", NameClass::kYaml},
    {".yml", NameClass::kYaml},
    {".json", NameClass::kJson},
    {".toml", NameClass::kToml},
}};

bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool upper = text[i] >= 'A' && text[i] <= 'Z';
    if ((upper ? text[i] | 0x20 : text[i]) != lower[i]) return false;
  }
  return true;
}

NameClass ClassifyName(std::string_view name) {
  if (name == "kustomization.yaml" || name == "kustomization.yml" || name == "Kustomization") {
    return NameClass::kKustomization;
  }
  // The dot of a hidden file begins its name, not an extension.
  const size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return NameClass::kNoExtension;
  for (const NamedExtension& named : kExtensions) {
    if (EqualsIgnoringCase(name.substr(dot), named.extension)) return named.name;
  }
  return NameClass::kOther;
}

}  // namespace

PathClass ClassifyPath(std::string_view path, FileMode mode) {
  const size_t slash = path.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  const bool regular = mode == FileMode::kRegular || mode == FileMode::kExecutable;
  // The name of a link or a submodule promises nothing: one class for each mode.
  return {.mode = mode, .name = regular ? ClassifyName(name) : NameClass::kOther};
}

}  // namespace setpoint::storage
