// The resource key `scope#identity` (formats.md). Pure functions; any thread may call them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "storage/formats/format.h"

namespace setpoint::storage {

// Whether the scope of a file of Terraform is the file: variables, tests, lock files and Terragrunt's, whose names
// would collide in a directory; blocks move freely only between the files of a module.
bool IsTerraformFileScoped(std::string_view path);

// Whether a file of Terraform declares what others of its directory declare, again, to override it: so it comes after
// them.
bool IsTerraformOverride(std::string_view path);

// The scope of a file's resources as key text: the path (for a module of Terraform its directory with a trailing '/'),
// with `%`, `#`, control and non-UTF-8 bytes written as %XX (upper-case digits).
std::string ScopeText(std::string_view path, Format format);

// Whether a scope is a directory and not a file.
bool IsDirectoryScope(std::string_view scope);

// ScopeText + '#' + identity.
std::string ResourceKeyText(std::string_view path, Format format, std::string_view identity);

struct KeyParts {
  std::string_view scope;
  std::string_view identity;
};
// Split at the first '#'. A text without '#' is all scope.
KeyParts SplitKey(std::string_view key);

// An identity or a key without its ordinal, and that ordinal: ("aws_x.y", 2) of "aws_x.y~2", 1 where there is none.
struct OrdinalParts {
  std::string_view base;
  uint32_t ordinal = 1;
};
OrdinalParts SplitOrdinal(std::string_view text);
// The other way round.
std::string WithOrdinal(std::string_view base, uint32_t ordinal);

// One part of a kubernetes identity (a kind, group, namespace or name) as identity text: '/', '~' and control bytes,
// none of which a cluster would accept there, become %XX, so that identities stay one line each, can be taken apart,
// and ordinals cannot be forged. All else, templates such as "${app}" included, stays verbatim.
std::string EscapeIdentityPart(std::string_view text);

// The same for identities that are one part, in which '/' means nothing: '~' and control bytes become %XX.
std::string EscapeIdentityText(std::string_view text);

// What filters ask of a resource, read from its identity alone. Views into `identity`.
struct IdentityParts {
  std::string_view kind;   // "Deployment"; for formats without kinds the word of formats.md ("Data", "File", …).
  std::string_view group;  // "apps"; empty for the core group and outside kubernetes.
  std::string_view declared_namespace;  // Empty where none is declared.
  std::string_view name;                // Without an ordinal. Empty where the identity has none.
  bool unstable = false;                // The name is generated or none was given: another object may get it tomorrow.
  bool templated = false;  // Name or namespace hold a placeholder ("${app}", "{{ .app }}") and stay verbatim.
};
IdentityParts ParseIdentity(Format format, std::string_view identity);

}  // namespace setpoint::storage
