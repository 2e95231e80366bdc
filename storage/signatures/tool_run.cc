#include "storage/signatures/tool_run.h"

#include <filesystem>
#include <fstream>
#include <system_error>

#include "storage/base/concat.h"

namespace setpoint::storage {

absl::StatusOr<WorkerResult> RunTool(const SignatureCheck& check, std::vector<std::string> arguments) {
  return RunWorker({.arguments = std::move(arguments),
                    .environment = {"LC_ALL=C", "TZ=UTC", "GNUPGHOME", "SSH_AUTH_SOCK", "SSH_ASKPASS", "OPENSSL_CONF",
                                    Concat("HOME=", check.keyring.folder())},
                    .input = *check.object.payload,
                    .deadline = check.deadline});
}

absl::StatusOr<ToolFile> ToolFile::Write(const SignatureCheck& check, std::string_view suffix, std::string_view bytes) {
  ToolFile made(Concat(check.keyring.folder(), "/", check.name, suffix));
  std::ofstream file(made.path_, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) return absl::ResourceExhaustedError(Concat("cannot write ", made.path_));
  return made;
}

ToolFile::~ToolFile() {
  std::error_code ignored;  // The folder goes as a whole with its keyring.
  if (!path_.empty()) std::filesystem::remove(path_, ignored);
}

std::vector<std::string_view> LinesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return lines;
}

}  // namespace setpoint::storage
