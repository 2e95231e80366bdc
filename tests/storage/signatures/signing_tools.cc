#include "tests/storage/signatures/signing_tools.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/str_replace.h"
#include "storage/base/check.h"
#include "storage/base/concat.h"
#include "storage/git/worker_process.h"

namespace setpoint::test {
namespace {

constexpr char kLongAgo[] = "20200101T000000";

}  // namespace

bool HasTool(std::string_view name) {
  return storage::RunWorker({.arguments = {std::string(name), "--version"}, .environment = {}, .input = ""}).ok();
}

std::string RunSigningTool(const std::vector<std::string>& arguments, std::string_view input,
                           const std::vector<std::string>& environment) {
  auto result = storage::RunWorker(
      {.arguments = arguments, .environment = environment, .input = std::string(input), .deadline = absl::Minutes(2)});
  const std::string command = arguments.front() + " " + arguments.at(1);
  SETPOINT_CHECK(result.ok(), storage::Concat(command, ": ", result.status().ToString()));
  SETPOINT_CHECK(result->exit_code == 0, storage::Concat(command, ": ", result->errors));
  return result->output;
}

void WriteFile(const std::string& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

OpenPgpHome::~OpenPgpHome() {
  const auto ended = storage::RunWorker({.arguments = {"gpgconf", "--homedir", path(), "--kill", "all"},
                                         .environment = {},
                                         .input = "",
                                         .deadline = absl::Minutes(1)});
  SETPOINT_CHECK(ended.ok(), "gpgconf could not be run");
}

std::string OpenPgpHome::Gpg(std::vector<std::string> arguments, std::string_view input) {
  const std::vector<std::string> always = {"gpg",     "--homedir",       path(),     "--batch",      "--no-tty",
                                           "--quiet", "--pinentry-mode", "loopback", "--passphrase", "",
                                           "--yes"};
  arguments.insert(arguments.begin(), always.begin(), always.end());
  return RunSigningTool(arguments, input);
}

void OpenPgpHome::MakeKey(const std::string& user) { Gpg({"--quick-generate-key", user, "ed25519", "sign", "never"}); }

void OpenPgpHome::MakeExpiredKey(const std::string& user) {
  Gpg({"--faked-system-time", kLongAgo, "--quick-generate-key", user, "ed25519", "sign", "30d"});
}

void OpenPgpHome::Revoke(const std::string& user) {
  for (const auto& file : std::filesystem::directory_iterator(path() + "/openpgp-revocs.d")) {
    std::string certificate = ReadFile(file.path());
    if (certificate.find(user) == std::string::npos) continue;
    Gpg({"--import"}, absl::StrReplaceAll(certificate, {{":-----BEGIN", "-----BEGIN"}}));
  }
}

std::string OpenPgpHome::Sign(const std::string& user, std::string_view payload) {
  return Gpg({"--local-user", user, "--armor", "--detach-sign"}, payload);
}

std::string OpenPgpHome::SignLongAgo(const std::string& user, std::string_view payload) {
  return Gpg({"--faked-system-time", kLongAgo, "--local-user", user, "--armor", "--detach-sign"}, payload);
}

void MakeSshKey(const std::string& path) {
  RunSigningTool({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path});
}

std::string SignWithSsh(const std::string& key_path, std::string_view payload, const std::string& name_space) {
  return RunSigningTool({"ssh-keygen", "-Y", "sign", "-f", key_path, "-n", name_space}, payload);
}

X509Authority::X509Authority(std::string directory) : directory_(std::move(directory)) {
  RunSigningTool({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                  "-keyout", directory_ + "/ca.key", "-out", ca_path(), "-subj", "/CN=Test CA", "-days", "30"});
  WriteFile(directory_ + "/index.txt", "");
  WriteFile(directory_ + "/ca.conf", storage::Concat("[ca]\ndefault_ca=d\n[d]\ndatabase=", directory_,
                                                     "/index.txt\ndefault_md=sha256\ndefault_crl_days=30\n"));
}

void X509Authority::MakeCertificate(const std::string& name) {
  const std::string path = directory_ + "/" + name;
  RunSigningTool({"openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                  path + ".key", "-out", path + ".csr", "-subj", "/CN=" + name});
  RunSigningTool({"openssl", "x509", "-req", "-in", path + ".csr", "-CA", ca_path(), "-CAkey", directory_ + "/ca.key",
                  "-CAcreateserial", "-days", "30", "-out", path + ".pem"});
}

std::string X509Authority::Revoke(const std::string& name) {
  const std::vector<std::string> ca = {"openssl", "ca",      "-config",  directory_ + "/ca.conf",
                                       "-cert",   ca_path(), "-keyfile", directory_ + "/ca.key"};
  std::vector<std::string> revoke = ca;
  revoke.insert(revoke.end(), {"-revoke", directory_ + "/" + name + ".pem"});
  RunSigningTool(revoke);
  std::vector<std::string> list = ca;
  list.emplace_back("-gencrl");
  return RunSigningTool(list);
}

std::string X509Authority::Sign(const std::string& name, std::string_view payload) {
  const std::string path = directory_ + "/" + name;
  const std::string pem = RunSigningTool({"openssl", "cms", "-sign", "-binary", "-signer", path + ".pem", "-inkey",
                                          path + ".key", "-outform", "PEM", "-md", "sha256"},
                                         payload);
  return absl::StrReplaceAll(pem, {{"BEGIN CMS", "BEGIN SIGNED MESSAGE"}, {"END CMS", "END SIGNED MESSAGE"}});
}

}  // namespace setpoint::test
