// What may be named from outside: every trick in the book, and the canary inside that none may reach.
#include "server/follow/source_guard.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace setpoint::test {
namespace {

using server::AllowedSources;
using server::IsPublicAddress;
using server::NetworkHolds;
using server::SourceGuard;

// Names as the outside world would resolve them.
absl::StatusOr<std::vector<std::string>> Resolve(const std::string& host) {
  static const std::map<std::string, std::vector<std::string>> names = {
      {"good.example", {"93.184.216.34"}},
      {"six.example", {"2606:2800:220:1:248:1893:25c8:1946"}},
      {"inside.example", {"10.0.0.7"}},
      {"loop.example", {"127.0.0.1"}},
      {"loop6.example", {"::1"}},
      {"both.example", {"93.184.216.34", "192.168.1.1"}},
      {"mapped.example", {"::ffff:10.0.0.7"}},
      {"link.example", {"fe80::1%eth0"}},
      {"localhost", {"127.0.0.1"}},
      {"metadata.google.internal", {"169.254.169.254"}},
      // What the system's resolver makes of numbers.
      {"2130706433", {"127.0.0.1"}},
      {"0x7f000001", {"127.0.0.1"}},
      {"127.1", {"127.0.0.1"}}};
  const auto found = names.find(host);
  if (found == names.end()) return absl::UnavailableError("no such host");
  return found->second;
}

// 40 and more forms that people have used to make servers talk to what is inside of them.
constexpr const char* kForms[] = {
    "http://127.0.0.1/r.git",
    "https://127.0.0.1/r.git",
    "https://127.0.0.1:22/r.git",
    "https://127.1/r.git",
    "https://127.0.1/r.git",
    "https://0/r.git",
    "https://0.0.0.0/r.git",
    "https://2130706433/r.git",
    "https://0x7f000001/r.git",
    "https://0x7f.0.0.1/r.git",
    "https://0177.0.0.1/r.git",
    "https://017700000001/r.git",
    "https://127.0.0.01/r.git",
    "https://127.000.000.001/r.git",
    "https://127.0.0.1./r.git",
    "https://[::1]/r.git",
    "https://[::]/r.git",
    "https://[0:0:0:0:0:0:0:1]/r.git",
    "https://[::ffff:127.0.0.1]/r.git",
    "https://[::ffff:7f00:1]/r.git",
    "https://[::127.0.0.1]/r.git",
    "https://[64:ff9b::7f00:1]/r.git",
    "https://[2002:7f00:1::]/r.git",
    "https://[fe80::1]/r.git",
    "https://[fe80::1%25eth0]/r.git",
    "https://[fd00::1]/r.git",
    "https://[ff02::1]/r.git",
    "https://10.0.0.1/r.git",
    "https://172.16.0.1/r.git",
    "https://172.31.255.255/r.git",
    "https://192.168.1.1/r.git",
    "https://169.254.169.254/latest/meta-data",
    "https://100.64.0.1/r.git",
    "https://198.18.0.1/r.git",
    "https://224.0.0.1/r.git",
    "https://255.255.255.255/r.git",
    "https://localhost/r.git",
    "https://LOCALHOST/r.git",
    "https://metadata.google.internal/r.git",
    "https://inside.example/r.git",
    "https://loop.example/r.git",
    "https://loop6.example/r.git",
    "https://both.example/r.git",
    "https://mapped.example/r.git",
    "https://link.example/r.git",
    "https://good.example@127.0.0.1/r.git",
    "https://good.example:443@127.0.0.1/r.git",
    "https://good.example%40127.0.0.1/r.git",
    "https://good.example\\@127.0.0.1/r.git",
    "https://127.0.0.1\\@good.example/r.git",
    "https://good.example\t@127.0.0.1/r.git",
    "https://good.example\n.127.0.0.1/r.git",
    "https://good.example /r.git",
    "https://\xE2\x91\xA0\xE2\x91\xA1\xE2\x91\xA6.0.0.1/r.git",
    "https://127%2e0.0.1/r.git",
    "https://user:password@good.example/r.git",
    "https://good.example:22/r.git",
    "https:///127.0.0.1/r.git",
    "https:127.0.0.1/r.git",
    "//127.0.0.1/r.git",
    "http://good.example/r.git",
    "ftp://good.example/r.git",
    "git://good.example/r.git",
    "file:///etc/passwd",
    "/etc/passwd",
    "./repository",
    "ext::sh -c id",
    "ext::sh",
    "fd::17",
    "ssh://127.0.0.1/r.git",
    "ssh://git@[::1]/r.git",
    "git@127.0.0.1:r.git",
    "git@localhost:r.git",
    "git@[::1]:r.git",
    "-oProxyCommand=id:r.git",
    "ssh://-oProxyCommand=id/r.git",
    "git@-oProxyCommand=id:r.git",
    "ssh://git:password@good.example/r.git",
    "https://good.example:443:80/r.git",
    "https://good.example:0x50/r.git",
    "https://[::ffff:10.0.0.7/r.git",
    "https://..good.example/r.git",
    "",
};

TEST(SourceGuardTest, NoFormReachesTheCanary) {
  static_assert(std::size(kForms) >= 40);
  const SourceGuard guard(AllowedSources(), Resolve);
  for (const char* form : kForms) {
    const auto admitted = guard.Admit(form);
    // Unavailable: what is meant has no address.
    EXPECT_TRUE(absl::IsPermissionDenied(admitted.status()) || absl::IsInvalidArgument(admitted.status()) ||
                absl::IsUnavailable(admitted.status()))
        << form << " gives " << (admitted.ok() ? *admitted : admitted.status().ToString());
    EXPECT_EQ(std::string(admitted.status().message()).find("10.0.0.7"), std::string::npos)
        << "the refusal tells what is inside";
  }
}

TEST(SourceGuardTest, AdmitsWhatIsPublicByTheAddressThatItJudged) {
  const SourceGuard guard(AllowedSources(), Resolve);
  EXPECT_EQ(guard.Admit("https://good.example/a/b.git").value(), "93.184.216.34");
  EXPECT_EQ(guard.Admit("https://GOOD.example:443/a/b.git").value(), "93.184.216.34");
  EXPECT_EQ(guard.Admit("https://six.example/a").value(), "2606:2800:220:1:248:1893:25c8:1946");
  EXPECT_EQ(guard.Admit("git@good.example:a/b.git").value(), "93.184.216.34");
  EXPECT_EQ(guard.Admit("ssh://git@good.example/a/b.git").value(), "93.184.216.34");
  EXPECT_EQ(guard.Admit("https://93.184.216.34/a.git").value(), "93.184.216.34");
  EXPECT_EQ(guard.Admit("https://unknown.example/a").status().code(), absl::StatusCode::kUnavailable);
}

// A name that is public when it is registered and leads inside afterwards.
TEST(SourceGuardTest, JudgesEachConnectionAnew) {
  std::string address = "93.184.216.34";
  const SourceGuard guard(AllowedSources(), [&address](const std::string&) {
    return absl::StatusOr<std::vector<std::string>>(std::vector<std::string>{address});
  });
  EXPECT_TRUE(guard.Admit("https://turning.example/a").ok());
  address = "127.0.0.1";
  EXPECT_EQ(guard.Admit("https://turning.example/a").status().code(), absl::StatusCode::kPermissionDenied);
}

TEST(SourceGuardTest, GoesByTheSettings) {
  AllowedSources allowed;
  allowed.hosts = {"git.corp.example", "*.trusted.example"};
  allowed.networks = {"10.1.0.0/16"};
  std::string address = "10.1.2.3";
  SourceGuard guard(allowed, [&address](const std::string&) {
    return absl::StatusOr<std::vector<std::string>>(std::vector<std::string>{address});
  });
  EXPECT_EQ(guard.Admit("https://git.corp.example/a").value(), "10.1.2.3");
  EXPECT_EQ(guard.Admit("https://a.trusted.example/a").value(), "10.1.2.3");
  EXPECT_EQ(guard.Check("https://trusted.example/a").code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(guard.Check("https://eviltrusted.example/a").code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(guard.Check("https://other.example/a").code(), absl::StatusCode::kPermissionDenied);
  address = "10.2.0.1";
  EXPECT_EQ(guard.Admit("https://git.corp.example/a").status().code(), absl::StatusCode::kPermissionDenied);
  allowed.schemes = {"ssh"};
  guard.SetAllowed(allowed);
  EXPECT_EQ(guard.Check("https://git.corp.example/a").code(), absl::StatusCode::kPermissionDenied);
}

TEST(SourceGuardTest, KnowsNetworks) {
  EXPECT_TRUE(NetworkHolds("10.0.0.0/8", "10.255.0.1"));
  EXPECT_TRUE(NetworkHolds("10.0.0.0/8", "::ffff:10.255.0.1"));
  EXPECT_FALSE(NetworkHolds("10.0.0.0/8", "11.0.0.1"));
  EXPECT_TRUE(NetworkHolds("192.168.4.0/22", "192.168.7.255"));
  EXPECT_FALSE(NetworkHolds("192.168.4.0/22", "192.168.8.0"));
  EXPECT_TRUE(NetworkHolds("fd00::/8", "fdff::1"));
  EXPECT_TRUE(NetworkHolds("192.0.2.1", "192.0.2.1"));
  EXPECT_FALSE(NetworkHolds("10.0.0.0/33", "10.0.0.1"));
  EXPECT_FALSE(NetworkHolds("ten", "10.0.0.1"));
  EXPECT_TRUE(IsPublicAddress("8.8.8.8"));
  EXPECT_TRUE(IsPublicAddress("2600::1"));
  EXPECT_FALSE(IsPublicAddress("2001:db8::1"));
  EXPECT_FALSE(IsPublicAddress("2002:0a00:0001::1"));
  EXPECT_TRUE(IsPublicAddress("64:ff9b::8.8.8.8"));
}

}  // namespace
}  // namespace setpoint::test
