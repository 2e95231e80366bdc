// What the word that names a repository's source stands for. Pure but for a look at the file system; any thread.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace setpoint::storage {

enum class SourceKind { kDirectory, kBundle, kUrl };

struct Source {
  SourceKind kind = SourceKind::kDirectory;
  std::string location;  // As given. May hold credentials: never print it, never make it a process argument.
  std::string display;   // For messages: credentials replaced by "***".
};

// A path that exists is a directory or a bundle; of the rest, https, http, ssh, git and file URLs and ssh's "host:path"
// are URLs. kInvalidArgument: begins with '-', or a transport that could run commands ("ext::…"). kNotFound: a path
// where nothing is.
absl::StatusOr<Source> ParseSource(const std::string& text);

// `text` without what would betray the credentials of any URL in it ("https://user:token@host" and the query).
std::string RedactUrls(std::string_view text);

}  // namespace setpoint::storage
