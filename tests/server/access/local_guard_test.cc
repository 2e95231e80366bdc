// Which requests a browser may be made to send by a page of somebody else.
#include "server/access/local_guard.h"

#include <gtest/gtest.h>

#include "query/errors.h"

namespace setpoint::server {
namespace {

std::string Refused(const LocalRequest& request) { return query::ReasonOf(CheckLocal(request)); }

TEST(LocalGuardTest, NamesOfThisMachine) {
  for (const char* host : {"localhost", "LocalHost:7117", "127.0.0.1", "127.0.0.1:80", "127.9.9.9", "[::1]:7117"}) {
    EXPECT_TRUE(CheckLocal({.host = host, .origin = {}, .fetch_site = {}}).ok()) << host;
  }
  EXPECT_TRUE(CheckLocal({}).ok());
}

TEST(LocalGuardTest, ForeignHosts) {
  for (const char* host : {"", "evil.example", "localhost.evil.example:7117", "127.0.0.1.evil.example", "10.0.0.1",
                           "[2001:db8::1]", "0.0.0.0", "[::1", "2130706433"}) {
    EXPECT_EQ(Refused({.host = host, .origin = {}, .fetch_site = {}}), "foreign-host") << host;
  }
}

TEST(LocalGuardTest, OtherOrigins) {
  const auto refused = [](const char* origin) {
    return Refused({.host = "localhost:7117", .origin = origin, .fetch_site = {}});
  };
  EXPECT_EQ(refused("http://localhost:7117"), "");
  for (const char* origin : {"null", "http://evil.example", "http://localhost:8080", "https://localhost:7117"}) {
    EXPECT_EQ(refused(origin), "cross-origin") << origin;
  }
  EXPECT_EQ(Refused({.host = "localhost", .origin = {}, .fetch_site = "cross-site"}), "cross-origin");
  EXPECT_EQ(Refused({.host = "localhost", .origin = {}, .fetch_site = "same-site"}), "cross-origin");
  EXPECT_EQ(Refused({.host = "localhost", .origin = {}, .fetch_site = "none"}), "");
}

}  // namespace
}  // namespace setpoint::server
