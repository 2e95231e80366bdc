#include "tools/setpoint/server_address.h"

#include <gtest/gtest.h>

namespace setpoint::test {
namespace {

using tools::ParseServerUrl;
using tools::Transport;

TEST(ServerAddressTest, ReadsUrls) {
  const auto address = ParseServerUrl("http://127.0.0.1:7117/");
  ASSERT_TRUE(address.ok());
  EXPECT_EQ(address->transport, Transport::kPlain);
  EXPECT_EQ(address->host, "127.0.0.1");
  EXPECT_EQ(address->port, "7117");
  EXPECT_TRUE(address->IsLoopback());
  EXPECT_EQ(ParseServerUrl("http://[::1]:80")->host, "::1");
  EXPECT_EQ(ParseServerUrl("http://[::1]:80")->Authority(), "[::1]:80");
  EXPECT_EQ(ParseServerUrl("http://[2001:db8::1]")->Url(), "http://[2001:db8::1]:80");
  EXPECT_EQ(ParseServerUrl("http://host")->port, "80");
  const auto tls = ParseServerUrl("https://setpoint.example");
  ASSERT_TRUE(tls.ok());
  EXPECT_EQ(tls->transport, Transport::kTls);
  EXPECT_EQ(tls->port, "443");
  EXPECT_EQ(tls->Url(), "https://setpoint.example:443");
  EXPECT_FALSE(tls->IsLoopback());
}

TEST(ServerAddressTest, RefusesWhatIsNone) {
  for (const char* url : {"", "127.0.0.1:7117", "ftp://host:1", "http://", "http://:80", "http://host:1/v1",
                          "http://host:", "http://host:port", "http://user:secret@host:1", "http://[::1", "http://a b",
                          "http://host\r\nX: y", "https://host?x"}) {
    EXPECT_EQ(ParseServerUrl(url).status().code(), absl::StatusCode::kInvalidArgument) << url;
  }
}

}  // namespace
}  // namespace setpoint::test
