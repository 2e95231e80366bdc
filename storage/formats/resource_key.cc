#include "storage/formats/resource_key.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>

#include "storage/base/concat.h"
#include "storage/formats/utf8.h"

namespace setpoint::storage {
namespace {

void AppendPercent(std::string& out, char c) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  out.push_back('%');
  out.push_back(kDigits[byte >> 4]);
  out.push_back(kDigits[byte & 15]);
}

bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

// Cuts "~2" and the like off: '~' and a number from 2 without leading zeros, after at least one byte. A lone "~2" is
// the generated name "2", not the second of nothing.
std::string_view WithoutOrdinal(std::string_view text) {
  const size_t tilde = text.rfind('~');
  if (tilde == std::string_view::npos || tilde == 0) return text;
  const std::string_view digits = text.substr(tilde + 1);
  if (digits.empty() || digits[0] == '0' || digits == "1") return text;
  if (digits.find_first_not_of("0123456789") != std::string_view::npos) return text;
  return text.substr(0, tilde);
}

bool HasPlaceholder(std::string_view text) {
  return text.find("${") != std::string_view::npos || text.find("{{") != std::string_view::npos;
}

// How much of "provider.x/type/child/name/childname" is the type, as far as the text alone tells: a provider's
// namespace has a dot, and as many segments follow as are half of the rest.
size_t ArmTypeSize(std::string_view identity) {
  const size_t expression = identity.find('[');
  const std::string_view plain = identity.substr(0, expression);
  if (expression != std::string_view::npos && plain.ends_with('/')) return plain.size() - 1;
  const size_t slashes = static_cast<size_t>(std::count(plain.begin(), plain.end(), '/'));
  if (slashes == 0) return 0;
  size_t wanted = (slashes + 1) / 2;
  size_t at = 0;
  for (; wanted > 0; --wanted) at = plain.find('/', at + 1);
  const size_t second = plain.find('/', at + 1);
  return slashes % 2 == 0 && second != std::string_view::npos ? second : at;
}

// "TYPE.NAME", "data.TYPE.NAME"; of all others the first word is the kind.
IdentityParts ParseTerraform(std::string_view identity) {
  IdentityParts parts;
  const bool has_mode = identity.starts_with("data.") || identity.starts_with("ephemeral.");
  const size_t dot = identity.find('.', has_mode ? identity.find('.') + 1 : 0);
  parts.kind = identity.substr(0, dot);
  if (dot != std::string_view::npos) parts.name = identity.substr(dot + 1);
  return parts;
}

IdentityParts ParseKubernetes(std::string_view identity) {
  IdentityParts parts;
  const size_t slash = identity.find('/');
  const std::string_view type = identity.substr(0, slash);
  const size_t dot = type.find('.');
  parts.kind = type.substr(0, dot);
  if (dot != std::string_view::npos) parts.group = type.substr(dot + 1);
  if (slash == std::string_view::npos) return parts;
  std::string_view rest = identity.substr(slash + 1);
  const size_t second = rest.find('/');
  if (second != std::string_view::npos) {
    parts.declared_namespace = rest.substr(0, second);
    rest.remove_prefix(second + 1);
  }
  parts.name = WithoutOrdinal(rest);
  parts.unstable = parts.name.starts_with('~');
  parts.templated = HasPlaceholder(parts.name) || HasPlaceholder(parts.declared_namespace);
  return parts;
}

}  // namespace

bool IsTerraformFileScoped(std::string_view path) {
  constexpr std::array<std::string_view, 5> kEnds = {".hcl", ".tfvars", ".tfvars.json", ".tftest.json",
                                                     ".tofutest.json"};
  return std::any_of(kEnds.begin(), kEnds.end(), [path](std::string_view end) { return path.ends_with(end); });
}

bool IsDirectoryScope(std::string_view scope) { return scope.empty() || scope.ends_with('/'); }

bool IsTerraformOverride(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  for (const std::string_view suffix : {".tf", ".tf.json", ".tofu", ".tofu.json"}) {
    if (!name.ends_with(suffix)) continue;
    const std::string_view stem = name.substr(0, name.size() - suffix.size());
    if (stem == "override" || stem.ends_with("_override")) return true;
  }
  return false;
}

std::string ScopeText(std::string_view path, Format format) {
  if (format == Format::kTerraform && !IsTerraformFileScoped(path)) {
    const size_t slash = path.rfind('/');
    path = path.substr(0, slash == std::string_view::npos ? 0 : slash + 1);
  }
  std::string text;
  text.reserve(path.size());
  while (!path.empty()) {
    const size_t size = Utf8CharacterSize(path);
    const char c = path[0];
    if (size == 0 || c == '%' || c == '#' || IsControl(c)) {
      AppendPercent(text, c);
      path.remove_prefix(1);
    } else {
      text.append(path.substr(0, size));
      path.remove_prefix(size);
    }
  }
  return text;
}

std::string ResourceKeyText(std::string_view path, Format format, std::string_view identity) {
  std::string key = ScopeText(path, format);
  key.reserve(key.size() + 1 + identity.size());
  key.push_back('#');
  key.append(identity);
  return key;
}

KeyParts SplitKey(std::string_view key) {
  const size_t hash = key.find('#');
  if (hash == std::string_view::npos) return {.scope = key, .identity = {}};
  return {.scope = key.substr(0, hash), .identity = key.substr(hash + 1)};
}

OrdinalParts SplitOrdinal(std::string_view text) {
  const std::string_view base = WithoutOrdinal(text);
  if (base.size() == text.size()) return {.base = text};
  uint32_t ordinal = 0;
  const auto [end, error] = std::from_chars(text.data() + base.size() + 1, text.data() + text.size(), ordinal);
  // No file has that many resources: it is a name.
  if (error != std::errc()) return {.base = text};
  return {.base = base, .ordinal = ordinal};
}

std::string WithOrdinal(std::string_view base, uint32_t ordinal) {
  return ordinal == 1 ? std::string(base) : Concat(base, "~", ordinal);
}

namespace {

std::string Escaped(std::string_view text, std::string_view special) {
  std::string escaped;
  escaped.reserve(text.size());
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos || IsControl(c)) {
      AppendPercent(escaped, c);
    } else {
      escaped.push_back(c);
    }
  }
  return escaped;
}

}  // namespace

std::string EscapeIdentityPart(std::string_view text) { return Escaped(text, "/~"); }

std::string EscapeIdentityText(std::string_view text) { return Escaped(text, "~"); }

IdentityParts ParseIdentity(Format format, std::string_view identity) {
  switch (format) {
    case Format::kKubernetes:
      return ParseKubernetes(identity);
    case Format::kFile:
    case Format::kData:
    case Format::kKustomization:
    case Format::kHelm: {
      IdentityParts parts;
      parts.kind = WithoutOrdinal(identity);
      return parts;
    }
    case Format::kPipeline: {
      IdentityParts parts;
      const std::string_view whole = WithoutOrdinal(identity);
      const size_t slash = whole.find('/');
      parts.kind = whole.substr(0, slash);
      if (slash != std::string_view::npos) parts.name = whole.substr(slash + 1);
      return parts;
    }
    case Format::kCloudFormation: {
      // "Parameters.X" is of kind Parameters; a logical id has no dot and is a Resource.
      IdentityParts parts;
      const std::string_view whole = WithoutOrdinal(identity);
      const size_t dot = whole.find('.');
      parts.kind = whole == "Template" ? whole : dot == std::string_view::npos ? "Resource" : whole.substr(0, dot);
      parts.name = dot == std::string_view::npos ? whole : whole.substr(dot + 1);
      return parts;
    }
    case Format::kArm: {
      // "type/name": the type ends before the last '/' that stands before any expression. A symbolic name tells no
      // type.
      IdentityParts parts;
      const std::string_view whole = WithoutOrdinal(identity);
      const std::string_view type = whole.substr(0, ArmTypeSize(whole));
      const bool is_type = type.substr(0, type.find('/')).find('.') != std::string_view::npos;
      parts.kind = is_type ? type : whole == "Template" ? whole : std::string_view("Resource");
      parts.name = is_type && whole.size() > type.size() ? whole.substr(type.size() + 1) : whole;
      return parts;
    }
    case Format::kTerraform:
      return ParseTerraform(WithoutOrdinal(identity));
    case Format::kDeploymentManager: {
      IdentityParts parts;
      parts.name = WithoutOrdinal(identity);
      parts.kind = parts.name == "Configuration" ? parts.name : std::string_view("Resource");
      return parts;
    }
  }
  return {};
}

}  // namespace setpoint::storage
