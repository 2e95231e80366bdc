// The keys that signatures are verified with, read once from their files and laid out in a private folder as the tools
// want them: a change of a file meanwhile changes no verdict. Immutable; any thread may use it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/base/digest.h"
#include "storage/projections/signature_keys.h"

namespace setpoint::storage {

class Keyring {
 public:
  // Reads all files. kNotFound or kPermissionDenied, with the file's name, where one cannot be read; kResourceExhausted
  // beyond kKeyFileBytesMax; kInvalidArgument where an armour is broken.
  static absl::StatusOr<std::unique_ptr<Keyring>> Load(const std::vector<SignatureKeyFile>& files);
  ~Keyring();
  Keyring(const Keyring&) = delete;
  Keyring& operator=(const Keyring&) = delete;

  // Of the bytes of all files, their kinds, and the rules of this program: what a verdict depends on besides the
  // commit.
  const Digest& digest() const { return digest_; }

  const std::string& folder() const { return folder_; }  // For more files of whoever verifies; empty of any home.
  const std::vector<std::string>& openpgp_files() const { return openpgp_files_; }  // At least one, perhaps empty.
  // One file of all lines; empty name: no such keys.
  const std::string& ssh_file() const { return ssh_file_; }
  const std::string& ssh_revoked_file() const { return ssh_revoked_file_; }
  const std::string& x509_file() const { return x509_file_; }
  bool has_x509_revocations() const { return has_x509_revocations_; }

 private:
  Keyring() = default;
  absl::Status MakeFolder();
  absl::Status Add(SignatureKeyKind kind, std::string bytes);
  absl::StatusOr<std::string> WriteFile(std::string_view name, std::string_view bytes) const;

  std::string folder_;
  Digest digest_;
  std::vector<std::string> openpgp_files_;
  std::string ssh_file_;
  std::string ssh_revoked_file_;
  std::string x509_file_;
  bool has_x509_revocations_ = false;
};

// The bytes within an armour ("-----BEGIN …"), of several one after another; headers and checksum are passed over.
// kInvalidArgument where the text is none.
absl::StatusOr<std::string> RemoveArmour(std::string_view text);

}  // namespace setpoint::storage
