// Keys and signatures made at run time by the real tools: gpg, ssh-keygen and openssl. Whatever fails aborts the test
// program with what the tool said. One thread at a time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/support/temporary_directory.h"

namespace setpoint::test {

bool HasTool(std::string_view name);

// Runs a tool; its standard output.
std::string RunSigningTool(const std::vector<std::string>& arguments, std::string_view input = "",
                           const std::vector<std::string>& environment = {});

// The bytes as a file.
void WriteFile(const std::string& path, std::string_view bytes);
std::string ReadFile(const std::string& path);

class OpenPgpHome {
 public:
  OpenPgpHome() = default;
  ~OpenPgpHome();  // Ends the agent that gpg started for it.
  OpenPgpHome(const OpenPgpHome&) = delete;
  OpenPgpHome& operator=(const OpenPgpHome&) = delete;

  const std::string& path() const { return directory_.path(); }
  void MakeKey(const std::string& user);
  // Made, and expired, years ago.
  void MakeExpiredKey(const std::string& user);
  void Revoke(const std::string& user);
  std::string ExportArmoured(const std::string& user) { return Gpg({"--armor", "--export", user}); }
  std::string Export(const std::string& user) { return Gpg({"--export", user}); }
  std::string Sign(const std::string& user, std::string_view payload);
  // At the time of MakeExpiredKey.
  std::string SignLongAgo(const std::string& user, std::string_view payload);

 private:
  std::string Gpg(std::vector<std::string> arguments, std::string_view input = "");

  const TemporaryDirectory directory_;
};

// A private key and its public one in DIRECTORY/NAME and DIRECTORY/NAME.pub.
void MakeSshKey(const std::string& path);
std::string SignWithSsh(const std::string& key_path, std::string_view payload, const std::string& name_space = "git");

// An authority in DIRECTORY (ca.pem) and certificates of it (NAME.pem, NAME.key).
class X509Authority {
 public:
  explicit X509Authority(std::string directory);
  std::string ca_path() const { return directory_ + "/ca.pem"; }
  void MakeCertificate(const std::string& name);
  // The revocation list of the authority with this certificate in it (PEM).
  std::string Revoke(const std::string& name);
  // Armoured as git has it.
  std::string Sign(const std::string& name, std::string_view payload);

 private:
  std::string directory_;
};

}  // namespace setpoint::test
