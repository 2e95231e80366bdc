// How the tools of signatures are run: without this user's settings, agents and terminal. Private to
// storage/signatures. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/git/worker_process.h"
#include "storage/signatures/signature_check.h"

namespace setpoint::storage {

// The commit without its signature is the tool's standard input. Errors as RunWorker.
absl::StatusOr<WorkerResult> RunTool(const SignatureCheck& check, std::vector<std::string> arguments);

// A file of one check in the keyring's folder, removed with its owner.
class ToolFile {
 public:
  // kResourceExhausted where it cannot be written.
  static absl::StatusOr<ToolFile> Write(const SignatureCheck& check, std::string_view suffix, std::string_view bytes);
  ~ToolFile();
  ToolFile(ToolFile&& other) noexcept : path_(std::exchange(other.path_, std::string())) {}
  ToolFile& operator=(ToolFile&&) = delete;

  const std::string& path() const { return path_; }

 private:
  explicit ToolFile(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

// The lines of a text, without their ends.
std::vector<std::string_view> LinesOf(std::string_view text);

}  // namespace setpoint::storage
