#include "tests/server/ssh_server.h"

#include <gtest/gtest.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <vector>

#include "storage/base/check.h"
#include "storage/base/concat.h"
#include "tests/server/http_client.h"
#include "tests/tools/running_program.h"

namespace setpoint::test {
namespace {

using storage::Concat;

constexpr char kProgram[] = "/usr/sbin/sshd";
// Where root's sshd locks up the part of it that talks to strangers; the system makes it when it starts its own.
constexpr char kEmptyFolder[] = "/run/sshd";

std::string UserName() {
  const passwd* const user = getpwuid(geteuid());
  return user == nullptr ? std::string() : user->pw_name;
}

}  // namespace

std::optional<std::string> SshServer::WhyNot() {
  if (access(kProgram, X_OK) != 0) return "there is no sshd: install openssh-server";
  if (!FindProgram("ssh-keygen").has_value()) return "there is no ssh-keygen: install openssh-client";
  if (UserName().empty()) return "whoever runs this has no name on this system";
  return std::nullopt;
}

SshServer::SshServer(std::string directory) : directory_(std::move(directory)), port_(FreePort()) {
  if (geteuid() == 0) made_folder_ = mkdir(kEmptyFolder, 0755) == 0;
  for (const char* key : {"host_key", "other_host_key"}) Run(Concat("ssh-keygen -q -t ed25519 -N '' -f ", key));
  Run("touch authorized_keys && chmod 600 authorized_keys");
  std::ofstream(directory_ + "/sshd_config")
      << "ListenAddress 127.0.0.1\nPort " << port_ << "\nHostKey " << directory_ << "/host_key\nAuthorizedKeysFile "
      << directory_ << "/authorized_keys\n"
      << "PidFile none\nUsePAM no\nStrictModes no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"
      << "PubkeyAuthentication yes\nPermitRootLogin yes\nLogLevel VERBOSE\n";
  process_ = std::make_unique<ChildProcess>(
      std::vector<std::string>{kProgram, "-D", "-e", "-f", directory_ + "/sshd_config"}, directory_ + "/sshd.log");
  Await("sshd listens", [this] { return HttpClient::IsListening(port_) || !process_->IsRunning(); });
  EXPECT_TRUE(process_->IsRunning()) << Log();
}

SshServer::~SshServer() {
  process_.reset();
  if (made_folder_) rmdir(kEmptyFolder);
}

void SshServer::Run(const std::string& words) const {
  const std::string command = Concat("cd '", directory_, "' && ", words);
  SETPOINT_CHECK(std::system(command.c_str()) == 0, "a command of the test failed");
}

std::string SshServer::Url(const std::string& path) const {
  return Concat("ssh://", UserName(), "@127.0.0.1:", port_, path);
}

std::string SshServer::MakeKey(const std::string& name, Key key) const {
  Run(Concat("ssh-keygen -q -t ed25519 -N '' -C a-comment -f ", name));
  if (key == Key::kKnown) Run(Concat("cat ", name, ".pub >> authorized_keys"));
  return Concat(directory_, "/", name);
}

std::string SshServer::KnownHost(HostKey key) const {
  std::istringstream line(ReadFile(directory_ + (key == HostKey::kTrue ? "/host_key.pub" : "/other_host_key.pub")));
  std::string kind;
  std::string text;
  line >> kind >> text;
  return Concat("[127.0.0.1]:", port_, " ", kind, " ", text, "\n");
}

std::string SshServer::Log() const { return ReadFile(directory_ + "/sshd.log"); }

}  // namespace setpoint::test
