#include "storage/git/source.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "storage/git/ref_name.h"
#include "tests/storage/git/git_fixture.h"

namespace setpoint::storage {
namespace {

class SourceTest : public GitFixture {
 protected:
  static std::string Kind(const std::string& text) {
    const absl::StatusOr<Source> source = ParseSource(text);
    if (!source.ok()) return absl::StatusCodeToString(source.status().code());
    switch (source->kind) {
      case SourceKind::kDirectory:
        return "directory";
      case SourceKind::kBundle:
        return "bundle";
      case SourceKind::kUrl:
        return "url";
    }
    return "?";
  }
};

TEST_F(SourceTest, Kinds) {
  std::ofstream(root_ + "/a.bundle") << "# v2 git bundle\n";
  EXPECT_EQ(Kind(root_), "directory");
  EXPECT_EQ(Kind(root_ + "/a.bundle"), "bundle");
  for (const char* url : {"https://host/a.git", "HTTP://host/a", "ssh://git@host:22/a", "git://host/a", "file:///a",
                          "git@host:group/a.git", "host:a", "https://[::1]/a"}) {
    EXPECT_EQ(Kind(url), "url") << url;
  }
}

TEST_F(SourceTest, WhatIsRefused) {
  for (const char* bad : {"", "-oProxyCommand=x", "--upload-pack=x", "ext::sh -c x", "fd::17", "persistent-https://h/a",
                          "ftp://host/a", "transport::https://host/a", "javascript://x"}) {
    EXPECT_EQ(Kind(bad), "INVALID_ARGUMENT") << bad;
  }
  EXPECT_EQ(Kind(root_ + "/nowhere"), "NOT_FOUND");
  EXPECT_EQ(Kind("nowhere"), "NOT_FOUND");
}

TEST_F(SourceTest, CredentialsAreNotShown) {
  EXPECT_EQ(ParseSource("https://user:token@host/a?key=1").value().display, "https://***@host/a?***");
  EXPECT_EQ(ParseSource("https://host/a@b").value().display, "https://host/a@b");
  EXPECT_EQ(RedactUrls("fatal: 'https://u:p@h/x' and http://t@h: no"), "fatal: 'https://***@h/x' and http://***@h: no");
  EXPECT_EQ(RedactUrls("https://u:p@ss@h/x"), "https://***@h/x");
  EXPECT_EQ(RedactUrls("no URL: a://"), "no URL: a://");
  EXPECT_EQ(ParseSource("ext://user:secret@host").status().message().find("secret"), std::string::npos);
}

TEST(RefNameTest, AsGitHasThem) {
  for (const char* good :
       {"refs/heads/main", "refs/pull/1/head", "refs/heads/caf\xe9", "refs/x", "refs/heads/a@b", "refs/heads/-a"}) {
    EXPECT_TRUE(IsRefName(good)) << good;
  }
  for (const char* bad : {"", "HEAD", "refs/", "refs/heads/", "refs//a", "refs/heads/.a", "refs/heads/a.lock",
                          "refs/heads/a..b", "refs/heads/a b", "refs/heads/a\nb", "refs/heads/a*", "refs/heads/a^{}",
                          "refs/heads/a:b", "refs/heads/a.", "refs/heads/a@{1}", "refs/heads/a\\b", "heads/main"}) {
    EXPECT_FALSE(IsRefName(bad)) << bad;
  }
}

}  // namespace
}  // namespace setpoint::storage
