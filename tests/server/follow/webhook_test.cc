// Webhooks: who is genuine, what is meant, and that nobody gets in who does not know the secret.
#include "server/follow/webhook.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <string>

#include "storage/base/concat.h"
#include "storage/base/digest_mac.h"
#include "storage/base/hex.h"
#include "tests/support/test_seed.h"

namespace setpoint::test {
namespace {

using server::FollowTable;
using server::Forge;
using server::IsGenuine;
using server::MeantBy;
using server::NormalRepositoryUrl;
using server::Request;
using server::WebhookSecrets;
using storage::Concat;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr char kSecret[] = "correct horse";
constexpr char kPayload[] = R"({"repository":{"clone_url":"https://github.com/Acme/Shop.git"}})";

Request Call(std::string body, std::string header, std::string value) {
  Request request;
  request.body = std::move(body);
  if (!header.empty()) request.headers = {{std::move(header), std::move(value)}};
  return request;
}

std::string Signature(std::string_view secret, std::string_view body) {
  return storage::HexEncode(storage::HmacSha256(secret, body).Bytes());
}

// A call as the forge makes it.
Request Genuine(Forge forge, const std::string& body) {
  switch (forge) {
    case Forge::kGithub:
    case Forge::kGeneric:
      return Call(body, "x-hub-signature-256", "sha256=" + Signature(kSecret, body));
    case Forge::kGitlab:
      return Call(body, "x-gitlab-token", kSecret);
    case Forge::kGitea:
      return Call(body, "x-gitea-signature", Signature(kSecret, body));
    case Forge::kBitbucket:
      return Call(body, "x-hub-signature", "sha256=" + Signature(kSecret, body));
  }
  return {};
}

constexpr Forge kForges[] = {Forge::kGithub, Forge::kGitlab, Forge::kGitea, Forge::kBitbucket, Forge::kGeneric};

TEST(WebhookTest, TheHmacIsThatOfTheRfc) {
  // RFC 4231, test case 2.
  EXPECT_EQ(storage::HmacSha256("Jefe", "what do ya want for nothing?").Hex(),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(WebhookTest, GithubsOwnExample) {
  const Request request = Call("Hello, World!", "x-hub-signature-256",
                               "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");
  EXPECT_TRUE(IsGenuine(Forge::kGithub, request, "It's a Secret to Everybody"));
}

TEST(WebhookTest, EveryForgeIsHeardInItsOwnWayOnly) {
  for (const Forge forge : kForges) {
    EXPECT_TRUE(IsGenuine(forge, Genuine(forge, kPayload), kSecret));
    EXPECT_FALSE(IsGenuine(forge, Genuine(forge, kPayload), "another")) << "another secret";
    EXPECT_FALSE(IsGenuine(forge, Genuine(forge, kPayload), "")) << "no secret is set";
    EXPECT_FALSE(IsGenuine(forge, Call(kPayload, "", ""), kSecret)) << "no signature";
  }
  EXPECT_FALSE(IsGenuine(Forge::kGithub, Genuine(Forge::kGitlab, kPayload), kSecret));
  EXPECT_FALSE(IsGenuine(Forge::kGithub, Call(kPayload, "x-hub-signature", "sha1=0"), kSecret));
  EXPECT_FALSE(IsGenuine(Forge::kGithub, Call(kPayload, "x-hub-signature-256", Signature(kSecret, kPayload)), kSecret))
      << "without its prefix";
}

// 0 of 10,000: random calls, and genuine ones with something changed.
TEST(WebhookTest, NoForgedCallIsGenuine) {
  const SeedRange seeds = SeedsToRun(10'000, 1'000'000);
  for (uint64_t seed = seeds.first; seed < seeds.first + seeds.count; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    const auto noise = [&random](size_t size) {
      std::string bytes(size, '\0');
      for (char& c : bytes) c = static_cast<char>(random());
      return bytes;
    };
    const Forge forge = kForges[random() % 5];
    const std::string body = random() % 2 == 0 ? std::string(kPayload) : noise(random() % 300);
    Request request = Genuine(forge, body);
    std::string& value = request.headers[0].second;
    const size_t kinds = forge == Forge::kGitlab ? 6 : 8;
    switch (random() % kinds) {
      case 0:
        value = value.substr(0, random() % value.size());
        break;
      case 1:
        value.insert(random() % (value.size() + 1), 1, static_cast<char>('0' + random() % 10));
        break;
      case 2: {
        char& c = value[value.size() - 1 - random() % std::min<size_t>(value.size(), 13)];
        c = c == '0' ? '1' : '0';
        break;
      }
      case 3:
        value = noise(random() % 80);
        break;
      case 4:
        value = Concat("sha256=", storage::HexEncode(noise(random() % 33)));
        break;
      case 5:
        request.headers.clear();
        break;
      case 6:
        request.body.append(noise(1 + random() % 3));
        break;
      default:
        value = Concat(forge == Forge::kGitea ? "" : "sha256=", Signature(noise(13), body));
    }
    ASSERT_FALSE(IsGenuine(forge, request, kSecret));
  }
}

TEST(WebhookTest, SpellingsOfOneUrlAreOne) {
  for (const char* url :
       {"https://github.com/Acme/Shop.git", "https://github.com/acme/shop", "https://GitHub.com:443/acme/shop/",
        "git@github.com:acme/shop.git", "ssh://git@github.com/acme/shop.git", "ssh://git@github.com:22/acme/shop",
        "https://user:token@github.com/acme/shop.git", "https://***@github.com/acme/shop.git"}) {
    EXPECT_EQ(NormalRepositoryUrl(url), "github.com/acme/shop") << url;
  }
  EXPECT_EQ(NormalRepositoryUrl("https://git.example:8443/a"), "git.example:8443/a");
  EXPECT_EQ(NormalRepositoryUrl("/srv/git/shop"), "");
}

class MeaningTest : public testing::Test {
 protected:
  MeaningTest() {
    setenv("SETPOINT_TEST_HOOK", kSecret, 1);
    setenv("SETPOINT_TEST_HOOK_OWN", "its own", 1);
    Follow("shop", "https://github.com/acme/shop.git");
    Follow("shop-ssh", "git@github.com:acme/shop.git");
    Follow("own", "https://github.com/acme/own.git");
    Follow("local", "/srv/git/local");
    options_.hooks.secret_env = "SETPOINT_TEST_HOOK";
    auto& own = options_.sources.emplace_back();
    own.name = "own";
    own.webhook_secret_env = "SETPOINT_TEST_HOOK_OWN";
  }

  void Follow(const std::string& name, const std::string& source) {
    server::FollowState state;
    state.repository = name;
    state.source = source;
    table_.Set(state);
  }

  std::optional<std::vector<std::string>> Meant(const Request& request,
                                                const std::optional<std::string>& named = std::nullopt) {
    return MeantBy(Forge::kGithub, request, named, table_, WebhookSecrets(options_));
  }

  server::ServerOptions options_;
  FollowTable table_;
};

TEST_F(MeaningTest, FindsRepositoriesByUrlOrName) {
  EXPECT_THAT(Meant(Genuine(Forge::kGithub, kPayload)).value(), UnorderedElementsAre("shop", "shop-ssh"));
  EXPECT_THAT(Meant(Genuine(Forge::kGithub, "no JSON"), "local").value(), ElementsAre("local"));
  EXPECT_THAT(Meant(Genuine(Forge::kGithub, "no JSON")).value(), IsEmpty());
  EXPECT_THAT(Meant(Genuine(Forge::kGithub, kPayload), "unknown").value(), IsEmpty());
}

TEST_F(MeaningTest, OfEachForge) {
  for (const char* payload : {R"({"project":{"git_http_url":"https://github.com/acme/shop.git"}})",
                              R"({"project":{"git_ssh_url":"git@github.com:acme/shop.git"}})",
                              R"({"repository":{"links":{"html":{"href":"https://github.com/acme/shop"}}}})",
                              R"({"repository":{"ssh_url":"git@github.com:acme/shop.git"}})",
                              R"({"clone_url":"https://github.com/acme/shop"})"}) {
    EXPECT_THAT(Meant(Genuine(Forge::kGithub, payload)).value(), UnorderedElementsAre("shop", "shop-ssh")) << payload;
  }
}

TEST_F(MeaningTest, ARepositoryWithASecretOfItsOwnTakesNoOther) {
  const std::string body = R"({"repository":{"clone_url":"https://github.com/acme/own"}})";
  EXPECT_EQ(Meant(Genuine(Forge::kGithub, body)), std::nullopt);
  EXPECT_THAT(Meant(Call(body, "x-hub-signature-256", "sha256=" + Signature("its own", body))).value(),
              ElementsAre("own"));
  EXPECT_EQ(Meant(Call(kPayload, "x-hub-signature-256", "sha256=" + Signature("its own", kPayload))), std::nullopt)
      << "it is not the others'";
}

TEST_F(MeaningTest, NobodyIsLetInWithoutASecret) {
  options_.hooks.secret_env = "";
  EXPECT_EQ(Meant(Genuine(Forge::kGithub, kPayload)), std::nullopt);
  EXPECT_EQ(Meant(Call(kPayload, "x-hub-signature-256", "sha256=" + Signature("", kPayload))), std::nullopt);
  options_.hooks.secret_env = "SETPOINT_NO_SUCH_VARIABLE";
  EXPECT_EQ(Meant(Genuine(Forge::kGithub, kPayload)), std::nullopt);
}

}  // namespace
}  // namespace setpoint::test
