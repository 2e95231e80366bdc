#include "storage/signatures/ssh_check.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "storage/signatures/tool_run.h"

namespace setpoint::storage {
namespace {

std::vector<std::string> Command(std::string_view action, const std::string& signature) {
  return {"ssh-keygen", "-Y", std::string(action), "-n", "git", "-s", signature};
}

std::string VerifyTime(const SignatureCheck& check) {
  return absl::StrCat("verify-time=",
                      absl::FormatTime("%Y%m%d%H%M%S", absl::FromUnixSeconds(check.committed), absl::UTCTimeZone()));
}

bool Says(const WorkerResult& result, std::string_view words) {
  return result.errors.find(words) != std::string::npos || result.output.find(words) != std::string::npos;
}

// "Good "git" signature for ada@example.org with ED25519 key SHA256:…"
std::string KeyIn(std::string_view output) {
  const size_t at = output.rfind(" key ");
  if (at == std::string_view::npos) return "";
  const std::string_view rest = output.substr(at + 5);
  return std::string(rest.substr(0, rest.find('\n')));
}

bool SaysExpired(const WorkerResult& result) { return Says(result, "has expired") || Says(result, "not yet valid"); }

// Of a key that nobody vouches for now: whether it signed these bytes at all.
absl::StatusOr<Verdict> CheckOther(const SignatureCheck& check, const std::string& signature,
                                   SignatureVerdict where_it_did) {
  auto result = RunTool(check, Command("check-novalidate", signature));
  if (!result.ok()) return result.status();
  if (result->exit_code != 0) return Verdict{.verdict = SignatureVerdict::kBad};
  return Verdict{.verdict = where_it_did, .key = KeyIn(result->output)};
}

absl::StatusOr<Verdict> CheckAs(const SignatureCheck& check, const std::string& signature,
                                const std::string& principal) {
  std::vector<std::string> command = Command("verify", signature);
  command.insert(command.end(),
                 {"-f", check.keyring.ssh_file(), "-I", principal, absl::StrCat("-O", VerifyTime(check))});
  auto result = RunTool(check, command);
  if (!result.ok()) return result.status();
  if (result->exit_code != 0) {
    if (SaysExpired(*result)) return CheckOther(check, signature, SignatureVerdict::kExpired);
    // It may be good for other uses than Git's.
    if (Says(*result, "namespace")) return CheckOther(check, signature, SignatureVerdict::kUnknownKey);
    return Verdict{.verdict = SignatureVerdict::kBad, .signer = principal};
  }
  Verdict verdict{.verdict = SignatureVerdict::kGood, .signer = principal, .key = KeyIn(result->output)};
  if (check.keyring.ssh_revoked_file().empty()) return verdict;
  // The tool does not say why it takes none; what it takes without the list is revoked.
  command.insert(command.end(), {"-r", check.keyring.ssh_revoked_file()});
  auto again = RunTool(check, std::move(command));
  if (!again.ok()) return again.status();
  if (again->exit_code != 0) verdict.verdict = SignatureVerdict::kRevoked;
  return verdict;
}

}  // namespace

absl::StatusOr<Verdict> CheckSsh(const SignatureCheck& check) {
  auto signature = ToolFile::Write(check, ".sig", check.object.signature);
  if (!signature.ok()) return signature.status();
  if (check.keyring.ssh_file().empty()) return CheckOther(check, signature->path(), SignatureVerdict::kUnknownKey);
  std::vector<std::string> command = Command("find-principals", signature->path());
  command.insert(command.end(), {"-f", check.keyring.ssh_file(), absl::StrCat("-O", VerifyTime(check))});
  auto principals = RunTool(check, std::move(command));
  if (!principals.ok()) return principals.status();
  if (principals->exit_code != 0) {
    const bool expired = SaysExpired(*principals);
    return CheckOther(check, signature->path(), expired ? SignatureVerdict::kExpired : SignatureVerdict::kUnknownKey);
  }
  absl::StatusOr<Verdict> verdict = Verdict{.verdict = SignatureVerdict::kUnknownKey};
  for (const std::string_view each : LinesOf(principals->output)) {
    verdict = CheckAs(check, signature->path(), std::string(each));
    if (!verdict.ok() || verdict->verdict == SignatureVerdict::kGood) break;
  }
  return verdict;
}

}  // namespace setpoint::storage
