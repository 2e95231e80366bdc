#include "storage/projections/signature_keys.h"

#include <algorithm>
#include <array>
#include <utility>

#include "storage/base/concat.h"

namespace setpoint::storage {
namespace {

constexpr std::array<std::pair<SignatureKeyKind, std::string_view>, 4> kKinds = {
    {{SignatureKeyKind::kOpenPgp, "openpgp"},
     {SignatureKeyKind::kSsh, "ssh"},
     {SignatureKeyKind::kSshRevoked, "ssh-revoked"},
     {SignatureKeyKind::kX509, "x509"}}};

}  // namespace

absl::StatusOr<SignatureKeyFile> ParseSignatureKeyFile(std::string_view text) {
  const size_t colon = text.find(':');
  const std::string_view kind = text.substr(0, colon);
  const auto known = std::find_if(kKinds.begin(), kKinds.end(), [&](const auto& each) { return each.second == kind; });
  if (colon == std::string_view::npos || colon + 1 == text.size() || known == kKinds.end()) {
    return absl::InvalidArgumentError(Concat("'", text,
                                             "' names no keys: write KIND:FILE with openpgp, ssh, ssh-revoked or x509, "
                                             "for example ssh:/etc/setpoint/allowed_signers"));
  }
  return SignatureKeyFile{known->first, std::string(text.substr(colon + 1))};
}

std::string SignatureKeyFileText(const SignatureKeyFile& file) {
  const auto known =
      std::find_if(kKinds.begin(), kKinds.end(), [&](const auto& each) { return each.first == file.kind; });
  return Concat(known == kKinds.end() ? std::string_view("unknown") : known->second, ":", file.path);
}

}  // namespace setpoint::storage
