#include "storage/signatures/keyring.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "absl/strings/escaping.h"
#include "storage/base/coding.h"
#include "storage/base/concat.h"
#include "storage/base/limits.h"

namespace setpoint::storage {
namespace {

// Rises whenever the same keys and bytes may give another verdict.
constexpr char kRules = 1;

absl::StatusOr<std::string> ReadKeyFile(const std::string& path) {
  std::error_code error;
  const uintmax_t size = std::filesystem::file_size(path, error);
  if (error) return absl::NotFoundError(Concat("cannot read the keys in ", path, ": ", error.message()));
  if (size > kKeyFileBytesMax) {
    return absl::ResourceExhaustedError(
        Concat("the keys in ", path, " are ", size, " bytes; at most ", kKeyFileBytesMax, " are read"));
  }
  std::ifstream file(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file) return absl::PermissionDeniedError(Concat("cannot read the keys in ", path));
  return bytes;
}

std::string_view TakeLine(std::string_view& text) {
  const size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  while (line.ends_with('\r') || line.ends_with(' ')) line.remove_suffix(1);
  return line;
}

}  // namespace

absl::StatusOr<std::string> RemoveArmour(std::string_view text) {
  std::string bytes;
  bool found = false;
  while (!text.empty()) {
    if (!TakeLine(text).starts_with("-----BEGIN ")) continue;
    std::string body;
    bool in_headers = true;  // "Version: …", up to an empty line; there need be none.
    for (std::string_view line = TakeLine(text); !line.starts_with("-----END "); line = TakeLine(text)) {
      if (text.empty()) return absl::InvalidArgumentError("an armour has no end");
      in_headers = in_headers && line.find(':') != std::string_view::npos;
      if (!in_headers && !line.starts_with('=')) body.append(line);
    }
    std::string decoded;
    if (!absl::Base64Unescape(body, &decoded)) return absl::InvalidArgumentError("an armour holds no base64");
    bytes.append(decoded);
    found = true;
  }
  if (!found) return absl::InvalidArgumentError("there is no armour");
  return bytes;
}

absl::StatusOr<std::unique_ptr<Keyring>> Keyring::Load(const std::vector<SignatureKeyFile>& files) {
  std::unique_ptr<Keyring> keyring(new Keyring());
  if (absl::Status status = keyring->MakeFolder(); !status.ok()) return status;
  std::string facts(1, kRules);
  for (const SignatureKeyFile& each : files) {
    auto bytes = ReadKeyFile(each.path);
    if (!bytes.ok()) return bytes.status();
    facts.push_back(static_cast<char>(each.kind));
    AppendString(facts, *bytes);
    absl::Status status = keyring->Add(each.kind, *std::move(bytes));
    if (!status.ok()) return absl::Status(status.code(), Concat(each.path, ": ", std::string(status.message())));
  }
  keyring->digest_ = Sha256(facts);
  // Without any key, gpgv still tells whose signature it is.
  if (!keyring->openpgp_files_.empty()) return keyring;
  absl::Status status = keyring->Add(SignatureKeyKind::kOpenPgp, "");
  if (!status.ok()) return status;
  return keyring;
}

Keyring::~Keyring() {
  std::error_code ignored;  // What cannot be removed stays for whoever cleans the folder of temporary files.
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

absl::Status Keyring::MakeFolder() {
  std::error_code error;
  const std::filesystem::path parent = std::filesystem::temp_directory_path(error);
  if (error) return absl::InternalError(Concat("there is no folder for temporary files: ", error.message()));
  std::string folder = (parent / "setpoint-keys-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) {
    return absl::InternalError(Concat("cannot make a folder in ", parent.string(), ": ", std::strerror(errno)));
  }
  folder_ = std::move(folder);
  return absl::OkStatus();
}

absl::StatusOr<std::string> Keyring::WriteFile(std::string_view name, std::string_view bytes) const {
  std::string path = Concat(folder_, "/", name);
  std::ofstream file(path, std::ios::binary | std::ios::app);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) return absl::ResourceExhaustedError(Concat("cannot write ", path));
  return path;
}

absl::Status Keyring::Add(SignatureKeyKind kind, std::string bytes) {
  std::string* path = nullptr;
  std::string name;
  switch (kind) {
    case SignatureKeyKind::kOpenPgp: {
      if (bytes.find("-----BEGIN PGP") != std::string::npos) {
        auto binary = RemoveArmour(bytes);
        if (!binary.ok()) return binary.status();
        bytes = *std::move(binary);
      }
      name = Concat("openpgp-", openpgp_files_.size());
      path = &openpgp_files_.emplace_back();
      break;
    }
    case SignatureKeyKind::kSsh:
      path = &ssh_file_;
      name = "allowed_signers";
      break;
    case SignatureKeyKind::kSshRevoked:
      path = &ssh_revoked_file_;
      name = "revoked";
      break;
    case SignatureKeyKind::kX509:
      path = &x509_file_;
      name = "x509";
      has_x509_revocations_ = has_x509_revocations_ || bytes.find("-----BEGIN X509 CRL-----") != std::string::npos;
      break;
  }
  if (path == nullptr) return absl::DataLossError("keys of a kind that this program does not know");
  if (kind != SignatureKeyKind::kOpenPgp && !bytes.ends_with('\n')) bytes.push_back('\n');
  auto written = WriteFile(name, bytes);
  if (!written.ok()) return written.status();
  *path = *std::move(written);
  return absl::OkStatus();
}

}  // namespace setpoint::storage
