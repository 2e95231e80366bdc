// A consumer's name belongs to the token that used it first.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <string>

#include "server/access/token.h"
#include "storage/base/concat.h"
#include "tests/server/server_under_test.h"

namespace setpoint::test {
namespace {

using storage::Concat;
using testing::HasSubstr;
using testing::Not;

class ConsumerNamesTest : public testing::Test {
 protected:
  void SetUp() override {
    for (int i = 0; i < 4; ++i) server_.Push("a.yaml", Concat("k: ", i, "\n"));
  }

  // With tokens that are their own names: argo and flux (read), ops (admin), part (admin of a part).
  void StartAsking() {
    std::ofstream file(token_file_);
    for (const auto& [name, rest] : {std::pair("argo", "read"), std::pair("flux", "read"), std::pair("ops", "admin"),
                                     std::pair("part", "admin scope=repo=repo")}) {
      file << Concat(name, " sha256:", server::HashToken(name).Hex(), " ", rest, "\n");
    }
    file.close();
    chmod(token_file_.c_str(), 0600);
    server_.options().access.token_file = token_file_;
    server_.Start();
  }

  static std::string Header(const std::string& token) {
    return token.empty() ? "" : Concat("Authorization: Bearer ", token, "\r\n");
  }
  HttpAnswer Post(const std::string& token, const std::string& name, const std::string& body) {
    return HttpClient(server_.port()).Post(Concat("/v1/consumers/", name), body, Header(token));
  }
  HttpAnswer Acknowledge(const std::string& token, const std::string& name, const std::string& cursor) {
    return Post(token, name, Concat(R"({"cursor":")", cursor, "\"}"));
  }
  std::string Get(const std::string& token, const std::string& name) {
    return HttpClient(server_.port()).Get(Concat("/v1/consumers/", name), Header(token)).body;
  }
  int Watch(const std::string& token, const std::string& name, const std::string& more = "") {
    HttpClient client(server_.port());
    return client.OpenStream(Concat("/v1/watch?consumer=", name, more), Header(token)).status;
  }

  const TemporaryDirectory directory_;
  const std::string token_file_ = directory_.path() + "/tokens";
  ServerUnderTest server_;
};

TEST_F(ConsumerNamesTest, WhoUsesANameFirstHasIt) {
  StartAsking();
  EXPECT_EQ(Acknowledge("argo", "web", "r3").status, 200);
  EXPECT_EQ(Member(Get("flux", "web"), "owner"), "argo");
  const HttpAnswer refused = Acknowledge("flux", "web", "r4");
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(refused.body, HasSubstr("urn:setpoint:problem:consumer-of-another"));
  EXPECT_EQ(Post("flux", "web", R"({"cursor":"r1","force":true})").status, 403);
  EXPECT_EQ(Post("flux", "web", R"({"forget":true})").status, 403);
  EXPECT_EQ(Watch("flux", "web", "&kind=Secret"), 403);
  const std::string web = Get("argo", "web");
  EXPECT_EQ(Member(web, "cursor"), "r3") << "nothing of it moved";
  EXPECT_EQ(Member(web, "watch"), "");
  EXPECT_EQ(Acknowledge("argo", "web", "r4").status, 200);
  EXPECT_EQ(Watch("argo", "web", "&repo=repo"), 200);
  EXPECT_EQ(Member(Get("argo", "web"), "watch"), "repo=repo");
}

TEST_F(ConsumerNamesTest, AWatchTakesANameToo) {
  StartAsking();
  EXPECT_EQ(Watch("flux", "db"), 200);
  EXPECT_EQ(Acknowledge("argo", "db", "r1").status, 403);
  EXPECT_EQ(Watch("argo", "db"), 403);
  EXPECT_EQ(Watch("flux", "db"), 200);
}

TEST_F(ConsumerNamesTest, AnAdminMayUseAnyAndTakesNone) {
  StartAsking();
  EXPECT_EQ(Acknowledge("argo", "web", "r3").status, 200);
  EXPECT_EQ(Acknowledge("part", "web", "r4").status, 403) << "an admin of a part is none here";
  EXPECT_EQ(Acknowledge("ops", "web", "r2").status, 409) << "nor does a cursor go back unless it is asked for";
  EXPECT_EQ(Post("ops", "web", R"({"cursor":"r2","force":true})").status, 200);
  EXPECT_EQ(Member(Get("ops", "web"), "owner"), "argo");
  EXPECT_EQ(Acknowledge("argo", "web", "r4").status, 200);
  EXPECT_EQ(Post("ops", "web", R"({"forget":true})").status, 200);
  EXPECT_EQ(Acknowledge("flux", "web", "r3").status, 200) << "free again";
}

TEST_F(ConsumerNamesTest, WhoSeesAPartIsNotToldWhoElseThereIs) {
  StartAsking();
  EXPECT_EQ(Watch("argo", "web", "&repo=repo"), 200);
  const std::string status = HttpClient(server_.port()).Get("/v1/status", Header("part")).body;
  EXPECT_THAT(status,
              testing::AllOf(HasSubstr(R"("name":"web")"), HasSubstr(R"("owner":null)"), Not(HasSubstr("argo"))));
  EXPECT_THAT(HttpClient(server_.port()).Get("/v1/status", Header("flux")).body, HasSubstr(R"("owner":"argo")"));
}

TEST_F(ConsumerNamesTest, WhereNobodyIsAskedANameIsNobodysUntilATokenUsesIt) {
  server_.Start();
  EXPECT_EQ(Acknowledge("", "web", "r3").status, 200);
  EXPECT_THAT(Get("", "web"), HasSubstr(R"("owner":null)"));
  server_.Stop();
  StartAsking();
  EXPECT_EQ(Watch("argo", "web"), 200);
  EXPECT_EQ(Acknowledge("flux", "web", "r4").status, 403);
  EXPECT_EQ(Acknowledge("argo", "web", "r4").status, 200);
  server_.Stop();
  server_.options().access.token_file = "";
  server_.Start();
  EXPECT_EQ(Acknowledge("", "web", "r5").status, 200) << "who is asked nothing may do everything";
  EXPECT_EQ(Member(Get("", "web"), "owner"), "argo") << "and it stays whose it was";
}

}  // namespace
}  // namespace setpoint::test
