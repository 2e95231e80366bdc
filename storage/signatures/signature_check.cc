#include "storage/signatures/signature_check.h"

#include "storage/signatures/openpgp_check.h"
#include "storage/signatures/ssh_check.h"
#include "storage/signatures/x509_check.h"

namespace setpoint::storage {
namespace {

absl::StatusOr<Verdict> CheckByFormat(const SignatureCheck& check) {
  switch (check.object.format) {
    case SignatureFormat::kOpenPgp:
      return CheckOpenPgp(check);
    case SignatureFormat::kSsh:
      return CheckSsh(check);
    case SignatureFormat::kX509:
      return CheckX509(check);
    case SignatureFormat::kUnknown:
      break;
  }
  return Verdict();
}

}  // namespace

absl::StatusOr<Verdict> CheckSignature(const SignatureCheck& check) {
  if (!check.object.payload) return Verdict();
  auto verdict = CheckByFormat(check);
  if (absl::IsDeadlineExceeded(verdict.status()) || absl::IsResourceExhausted(verdict.status())) return Verdict();
  return verdict;
}

}  // namespace setpoint::storage
