#include "storage/signatures/openpgp_check.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "storage/signatures/tool_run.h"

namespace setpoint::storage {
namespace {

std::string_view TakeWord(std::string_view& text) {
  const size_t end = text.find(' ');
  const std::string_view word = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  return word;
}

// The lines of which each signature has exactly one.
std::optional<SignatureVerdict> VerdictOf(std::string_view word) {
  if (word == "GOODSIG") return SignatureVerdict::kGood;
  if (word == "BADSIG") return SignatureVerdict::kBad;
  if (word == "EXPSIG" || word == "EXPKEYSIG") return SignatureVerdict::kExpired;
  if (word == "REVKEYSIG") return SignatureVerdict::kRevoked;
  if (word == "ERRSIG") return SignatureVerdict::kUnverifiable;
  return std::nullopt;
}

}  // namespace

Verdict OpenPgpVerdict(std::string_view status) {
  Verdict verdict;
  size_t signatures = 0;
  for (std::string_view line : LinesOf(status)) {
    if (TakeWord(line) != "[GNUPG:]") continue;
    const std::string_view word = TakeWord(line);
    if (const auto found = VerdictOf(word)) {
      ++signatures;
      verdict.verdict = *found;
      verdict.key = std::string(TakeWord(line));
      if (word != "ERRSIG") verdict.signer = std::string(line);
    } else if (word == "NO_PUBKEY" && verdict.verdict == SignatureVerdict::kUnverifiable) {
      verdict.verdict = SignatureVerdict::kUnknownKey;
    } else if (word == "VALIDSIG") {
      verdict.key = std::string(TakeWord(line));
    }
  }
  // As Git has it: which of several would count is for an attacker to choose.
  if (signatures > 1) return {.verdict = SignatureVerdict::kBad};
  return verdict;
}

absl::StatusOr<Verdict> CheckOpenPgp(const SignatureCheck& check) {
  auto signature = ToolFile::Write(check, ".sig", check.object.signature);
  if (!signature.ok()) return signature.status();
  std::vector<std::string> arguments = {"gpgv", "--status-fd=1", "--homedir", check.keyring.folder()};
  for (const std::string& each : check.keyring.openpgp_files()) {
    arguments.emplace_back("--keyring");
    arguments.push_back(each);
  }
  arguments.insert(arguments.end(), {"--", signature->path(), "-"});
  auto result = RunTool(check, std::move(arguments));
  if (!result.ok()) return result.status();
  Verdict verdict = OpenPgpVerdict(result->output);
  // What the tool itself does not take is not good, whatever its lines say.
  if (verdict.verdict == SignatureVerdict::kGood && result->exit_code != 0) {
    verdict.verdict = SignatureVerdict::kUnverifiable;
  }
  return verdict;
}

}  // namespace setpoint::storage
