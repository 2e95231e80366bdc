// What is followed, and how: one row of the local `settings` family for each registered repository
// (key: "repository/" and the name; value: drawn in FORMAT.md).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/engine/row_sink.h"
#include "storage/engine/store.h"
#include "storage/projections/environment.h"
#include "storage/projections/signature_keys.h"

namespace setpoint::storage {

struct RepositorySettings {
  std::string name;    // [a-z0-9][a-z0-9._-]*, at most 63 bytes; no two names that differ only in '-', '_' and '.'.
  std::string source;  // A path (absolute), a bundle file or a URL.
  // Glob patterns ('*' any bytes, '?' one byte) over full ref names. A pattern without "refs/" also matches
  // "refs/heads/…" and "refs/tags/…". The default branch is always owned.
  std::vector<std::string> owned_patterns;
  std::vector<std::string> pointing_patterns = {"refs/tags/*"};
  // A ref that vanishes sends deletions of everything it had. Off: its last state stays.
  bool delete_on_vanish = false;
  // Named scopes of it, each name once.
  std::vector<Environment> environments = {};
  // What its commits' signatures are verified with; none: no signature is.
  std::vector<SignatureKeyFile> signature_keys = {};
  // Off: what the store has stays, and a server looks at the source no more.
  bool followed = true;
  // Somebody named it from outside of the machine: its source is looked at under the guard of the settings only.
  bool by_request = false;
  bool operator==(const RepositorySettings&) const = default;
};

// The name that a source gets when none is given: its last path component without ".git" or ".bundle", made valid.
std::string DefaultRepositoryName(std::string_view source);
absl::Status ValidateRepositoryName(std::string_view name);

// Whether a pattern takes a full ref name.
bool RefPatternMatches(std::string_view pattern, std::string_view ref);

absl::StatusOr<std::optional<RepositorySettings>> ReadRepositorySettings(const RowReader& rows, std::string_view name);
// All of them, by name bytes.
absl::StatusOr<std::vector<RepositorySettings>> ListRepositorySettings(const RowReader& rows);
void PutRepositorySettings(const RepositorySettings& settings, RowSink& sink);

}  // namespace setpoint::storage
