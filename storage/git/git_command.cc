#include "storage/git/git_command.h"

#include <algorithm>
#include <cstdlib>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "storage/git/source.h"
#include "storage/git/worker_process.h"

namespace setpoint::storage {

namespace {

std::vector<std::string> Environment(const std::vector<std::string>& more) {
  std::vector<std::string> variables = {
      "LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_ASKPASS=", "SSH_ASKPASS=", "GIT_ALLOW_PROTOCOL=https:http:ssh:git:file",
      "GIT_NO_LAZY_FETCH=1", "GIT_NO_REPLACE_OBJECTS=1", "GIT_OPTIONAL_LOCKS=0",
      // What would lead it to another repository, or make it talk.
      "GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
      "GIT_INDEX_FILE", "GIT_NAMESPACE", "GIT_PREFIX", "GIT_SHALLOW_FILE", "GIT_GRAFT_FILE", "GIT_CEILING_DIRECTORIES",
      "GIT_TRACE", "GIT_TRACE_CURL", "GIT_TRACE_PACKET", "GIT_CURL_VERBOSE"};
  // ssh asks the terminal by itself.
  if (std::getenv("GIT_SSH_COMMAND") == nullptr && std::getenv("GIT_SSH") == nullptr) {
    variables.emplace_back("GIT_SSH_COMMAND=ssh -oBatchMode=yes");
  }
  const auto name_of = [](std::string_view variable) { return variable.substr(0, variable.find('=')); };
  for (const std::string& variable : more) {
    std::erase_if(variables, [&](const std::string& usual) { return name_of(usual) == name_of(variable); });
    variables.push_back(variable);
  }
  return variables;
}

std::vector<std::string> Arguments(const GitCommand& command) {
  std::vector<std::string> arguments = {"git"};
  if (!command.git_directory.empty()) arguments.push_back("--git-dir=" + command.git_directory);
  for (const char* setting : {"core.hooksPath=/dev/null", "gc.auto=0", "maintenance.auto=false", "safe.directory=*",
                              "transfer.unpackLimit=1", "fetch.writeCommitGraph=false", "submodule.recurse=false"}) {
    arguments.insert(arguments.end(), {"-c", setting});
  }
  arguments.insert(arguments.end(), command.arguments.begin(), command.arguments.end());
  return arguments;
}

bool SaysAny(std::string_view errors, std::initializer_list<std::string_view> phrases) {
  for (const std::string_view phrase : phrases) {
    if (errors.find(phrase) != std::string_view::npos) return true;
  }
  return false;
}

// The first word that is no "-c setting".
const std::string& VerbOf(const std::vector<std::string>& arguments) {
  size_t at = 0;
  while (at + 2 < arguments.size() && arguments[at] == "-c") at += 2;
  return arguments[at];
}

absl::Status Failure(const std::string& verb, const WorkerResult& result, uint64_t file_bytes_max) {
  std::string errors = RedactUrls(result.errors);
  absl::StripAsciiWhitespace(&errors);
  if (errors.empty()) errors = absl::StrCat("ended with code ", result.exit_code);
  const std::string text = absl::StrCat("git ", verb, ": ", errors);
  // Where index-pack is ended by the bound it says nothing, and fetch-pack this alone.
  const bool is_cut = file_bytes_max > 0 && errors == "fatal: fetch-pack: invalid index-pack output";
  if (is_cut || SaysAny(errors, {"died of signal 25", "File size limit exceeded", "File too large"})) {
    return absl::ResourceExhaustedError(absl::StrCat(text, " (the source sent more than follow.fetch_bytes allows)"));
  }
  if (SaysAny(errors, {"couldn't find remote ref", "not our ref"})) return absl::AbortedError(text);
  if (SaysAny(errors, {"Authentication failed", "could not read Username", "could not read Password",
                       "Permission denied", "Host key verification failed", "error: 403", "error: 401"})) {
    return absl::PermissionDeniedError(text);
  }
  if (SaysAny(errors, {"not found", "does not exist", "does not appear to be a git repository", "error: 404"})) {
    return absl::NotFoundError(text);
  }
  if (SaysAny(errors, {"object format", "mismatched algorithms"})) return absl::FailedPreconditionError(text);
  return absl::UnavailableError(text);
}

}  // namespace

absl::StatusOr<std::string> RunGitCommand(const GitCommand& command) {
  absl::StatusOr<WorkerResult> result = RunWorker({.arguments = Arguments(command),
                                                   .environment = Environment(command.environment),
                                                   .input = command.input,
                                                   .deadline = command.deadline,
                                                   .cancellation = command.cancellation,
                                                   .file_bytes_max = command.file_bytes_max});
  const std::string& verb = VerbOf(command.arguments);
  if (!result.ok()) {
    return absl::Status(result.status().code(), absl::StrCat("git ", verb, ": ", result.status().message()));
  }
  if (result->exit_code != 0) return Failure(verb, *result, command.file_bytes_max);
  return std::move(result->output);
}

}  // namespace setpoint::storage
