#include "storage/git/source.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "storage/git/read_file.h"

namespace setpoint::storage {

namespace {

constexpr std::array<const char*, 5> kSchemes = {"https", "http", "ssh", "git", "file"};

bool EndsUrl(char c) {
  return absl::ascii_isspace(static_cast<unsigned char>(c)) || c == '\'' || c == '"' || c == '<' || c == '>';
}

// The authority without its user, and the rest without its query.
std::string RedactUrl(std::string_view rest) {
  const size_t authority_end = std::min(rest.find_first_of("/?#"), rest.size());
  const size_t at = rest.substr(0, authority_end).rfind('@');
  std::string out;
  if (at != std::string_view::npos) {
    out = "***";
    rest.remove_prefix(at);
  }
  const size_t query = rest.find('?');
  out += rest.substr(0, query);
  if (query != std::string_view::npos) out += "?***";
  return out;
}

// "user@host:path", as ssh has it: a colon before any slash.
bool IsScpForm(const std::string& text) {
  const size_t colon = text.find(':');
  return colon != std::string::npos && colon > 0 && text.find('/') > colon && text.find("::") == std::string::npos;
}

}  // namespace

std::string RedactUrls(std::string_view text) {
  std::string out;
  while (true) {
    const size_t mark = text.find("://");
    if (mark == std::string_view::npos) return out.append(text);
    out += text.substr(0, mark + 3);
    text.remove_prefix(mark + 3);
    const size_t length = static_cast<size_t>(std::find_if(text.begin(), text.end(), EndsUrl) - text.begin());
    out += RedactUrl(text.substr(0, length));
    text.remove_prefix(length);
  }
}

absl::StatusOr<Source> ParseSource(const std::string& text) {
  Source source{.kind = SourceKind::kDirectory, .location = text, .display = RedactUrls(text)};
  if (text.empty()) return absl::InvalidArgumentError("no source given: name a path, a bundle file or a URL");
  if (text.front() == '-') {
    return absl::InvalidArgumentError(absl::StrCat("'", text, "' begins with '-': write './", text, "' for a path"));
  }
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(text, error);
  if (std::filesystem::is_directory(status)) return source;
  if (std::filesystem::is_regular_file(status)) {
    source.kind = SourceKind::kBundle;
    return source;
  }
  source.kind = SourceKind::kUrl;
  const size_t mark = text.find("://");
  if (mark != std::string::npos && text.find("::") >= mark) {
    const std::string scheme = absl::AsciiStrToLower(text.substr(0, mark));
    if (std::find(kSchemes.begin(), kSchemes.end(), scheme) != kSchemes.end()) return source;
  } else if (IsScpForm(text)) {
    return source;
  }
  if (text.find("::") != std::string::npos || mark != std::string::npos) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", source.display, "' is no URL that is followed: https, http, ssh, git and file are"));
  }
  if (error.value() == EACCES) return ReadError(EACCES, text);
  return absl::NotFoundError(
      absl::StrCat("nothing at '", text, "': name a work tree, a bare repository, a bundle or a URL"));
}

}  // namespace setpoint::storage
