#include "storage/git/repository_layout.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "storage/git/libgit2.h"
#include "storage/git/read_file.h"

namespace setpoint::storage {

namespace {

namespace fs = std::filesystem;

// A short text file without the white space around; empty where it cannot be read.
std::string ReadLine(const fs::path& path) {
  const absl::StatusOr<std::optional<std::string>> text = ReadFileIfThere(path.string());
  return text.ok() ? std::string(absl::StripAsciiWhitespace(text->value_or(""))) : std::string();
}

bool IsGitDirectory(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path / "HEAD", ignored) &&
         (fs::exists(path / "objects", ignored) || fs::exists(path / "commondir", ignored));
}

// The git directory that `path` is or has; empty where there is none.
fs::path FindGitDirectory(const fs::path& path) {
  fs::path inner = path / ".git";
  std::error_code ignored;
  if (fs::is_regular_file(inner, ignored)) {
    const std::string line = ReadLine(inner);
    if (!absl::StartsWith(line, "gitdir:")) return {};
    const fs::path target(std::string(absl::StripAsciiWhitespace(line.substr(std::strlen("gitdir:")))));
    return target.is_absolute() ? target : path / target;
  }
  if (IsGitDirectory(inner)) return inner;
  return IsGitDirectory(path) ? path : fs::path();
}

absl::Status NoRepository(const std::string& path) {
  std::error_code error;
  fs::directory_iterator probe(path, error);
  if (error.value() == EACCES) {
    return ReadError(EACCES, path);
  }
  return absl::NotFoundError(
      absl::StrCat("no Git repository at '", path, "': name a work tree, a bare repository, a bundle or a URL"));
}

absl::Status CheckObjectFormat(const fs::path& config_path, const std::string& path) {
  std::error_code ignored;
  if (!fs::exists(config_path, ignored)) return absl::OkStatus();
  libgit2::Initialize();
  git_config* raw = nullptr;
  const int code = git_config_open_ondisk(&raw, config_path.c_str());
  const libgit2::Config config(raw);
  if (code < 0) return libgit2::Error(code, absl::StrCat("cannot read the configuration of '", path, "'"));
  git_buf value = GIT_BUF_INIT;
  const int found = git_config_get_string_buf(&value, config.get(), "extensions.objectformat");
  const std::string format = found == 0 ? std::string(value.ptr, value.size) : "sha1";
  git_buf_dispose(&value);
  if (absl::EqualsIgnoreCase(format, "sha1")) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("'", path, "' names its objects by ", format,
                                                    "; only SHA-1 repositories can be read: convert it, or follow a "
                                                    "SHA-1 copy"));
}

}  // namespace

absl::StatusOr<RepositoryLayout> FindRepository(const std::string& path) {
  std::error_code ignored;
  const fs::path found = FindGitDirectory(path);
  if (found.empty() || !IsGitDirectory(found)) return NoRepository(path);
  const fs::path git_directory = fs::weakly_canonical(found, ignored);

  fs::path common = git_directory;
  if (const std::string line = ReadLine(git_directory / "commondir"); !line.empty()) {
    common = fs::weakly_canonical(fs::path(line).is_absolute() ? fs::path(line) : git_directory / line, ignored);
  }
  const fs::path objects = common / "objects";
  if (!fs::is_directory(objects, ignored) || !fs::is_directory(common / "refs", ignored)) return NoRepository(path);
  if (absl::Status format = CheckObjectFormat(common / "config", path); !format.ok()) return format;
  return RepositoryLayout{git_directory.string(), common.string(), objects.string()};
}

}  // namespace setpoint::storage
