// An `sshd` on the loopback for tests: a host key, a port and a list of keys of its own, for the user who runs the
// test. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "tests/support/child_process.h"

namespace setpoint::test {

class SshServer {
 public:
  // Why there can be none here; nothing: there can.
  static std::optional<std::string> WhyNot();

  // Keeps its files in `directory`.
  explicit SshServer(std::string directory);
  ~SshServer();
  SshServer(const SshServer&) = delete;
  SshServer& operator=(const SshServer&) = delete;

  // "ssh://user@127.0.0.1:PORT/absolute/path".
  std::string Url(const std::string& path) const;
  // A private key without a passphrase: one that it lets in, or one that it does not know.
  enum class Key { kKnown, kUnknown };
  std::string MakeKey(const std::string& name, Key key) const;
  // The line of a file of known hosts for it: with its key, or with another one.
  enum class HostKey { kTrue, kOther };
  std::string KnownHost(HostKey key) const;
  // What it says of those who come.
  std::string Log() const;

 private:
  void Run(const std::string& words) const;

  const std::string directory_;
  const uint16_t port_;
  bool made_folder_ = false;  // Of privilege separation, where it is to be there.
  std::unique_ptr<ChildProcess> process_;
};

}  // namespace setpoint::test
