#include "storage/signatures/x509_check.h"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/base/concat.h"
#include "storage/signatures/tool_run.h"

namespace setpoint::storage {
namespace {

bool SaysAny(const WorkerResult& result, std::initializer_list<std::string_view> phrases) {
  return std::any_of(phrases.begin(), phrases.end(),
                     [&](std::string_view phrase) { return result.errors.find(phrase) != std::string::npos; });
}

SignatureVerdict VerdictOf(const WorkerResult& result) {
  if (result.exit_code == 0) return SignatureVerdict::kGood;
  if (SaysAny(result, {"certificate revoked"})) return SignatureVerdict::kRevoked;
  if (SaysAny(result, {"has expired", "not yet valid"})) return SignatureVerdict::kExpired;
  if (SaysAny(result, {"unable to get local issuer", "unable to get issuer", "self-signed certificate",
                       "self signed certificate", "unable to verify the first certificate",
                       "signer certificate not found", "certificate signature failure"})) {
    return SignatureVerdict::kUnknownKey;
  }
  if (SaysAny(result,
              {"digest", "verification failure", "content verify error", "bad signature", "verification failed"})) {
    return SignatureVerdict::kBad;
  }
  return SignatureVerdict::kUnverifiable;
}

// "subject=CN = Ada" and "sha256 Fingerprint=AB:CD…" of the certificate that signed.
absl::Status NameSigner(const SignatureCheck& check, const std::string& certificate, Verdict& verdict) {
  auto result = RunTool(check, {"openssl", "x509", "-in", certificate, "-noout", "-subject", "-nameopt", "RFC2253",
                                "-fingerprint", "-sha256"});
  if (!result.ok()) return result.status();
  for (const std::string_view line : LinesOf(result->output)) {
    const size_t equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    std::string& into = line.starts_with("subject") ? verdict.signer : verdict.key;
    into = std::string(line.substr(equals + 1));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Verdict> CheckX509(const SignatureCheck& check) {
  if (check.keyring.x509_file().empty()) return Verdict{.verdict = SignatureVerdict::kUnknownKey};
  auto message = RemoveArmour(check.object.signature);
  if (!message.ok()) return Verdict();
  auto signature = ToolFile::Write(check, ".der", *message);
  if (!signature.ok()) return signature.status();
  auto signer = ToolFile::Write(check, ".pem", "");
  if (!signer.ok()) return signer.status();
  // Nothing but the keyring is trusted, so not what the machine trusts for TLS.
  std::vector<std::string> arguments = {"openssl",
                                        "cms",
                                        "-verify",
                                        "-binary",
                                        "-inform",
                                        "DER",
                                        "-in",
                                        signature->path(),
                                        "-content",
                                        "/dev/stdin",
                                        "-out",
                                        "/dev/null",
                                        "-signer",
                                        signer->path(),
                                        "-CAfile",
                                        check.keyring.x509_file(),
                                        "-no-CApath",
                                        "-no-CAstore",
                                        "-partial_chain",
                                        "-purpose",
                                        "any",
                                        "-attime",
                                        Concat(check.committed)};
  if (check.keyring.has_x509_revocations()) arguments.emplace_back("-crl_check");
  auto result = RunTool(check, std::move(arguments));
  if (!result.ok()) return result.status();
  Verdict verdict{.verdict = VerdictOf(*result)};
  if (verdict.verdict != SignatureVerdict::kGood) return verdict;
  if (absl::Status status = NameSigner(check, signer->path(), verdict); !status.ok()) return status;
  return verdict;
}

}  // namespace setpoint::storage
