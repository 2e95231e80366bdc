#include "server/http/compression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "server/http/body.h"
#include "tests/server/http/decoded.h"

namespace setpoint::server {
namespace {

using test::Unzip;
using test::Unzstd;

std::string SomeJson(size_t items) {
  std::string text = "[";
  for (size_t i = 0; i < items; ++i) text += "{\"key\":\"apps/web.yaml#Deployment/" + std::to_string(i) + "\"},";
  return text + "{}]";
}

class TwoPieces : public Body {
 public:
  absl::StatusOr<bool> Read(size_t, std::string& out) override {
    out.append(SomeJson(500));
    return ++read_ < 2;
  }

 private:
  int read_ = 0;
};

Request Asking(const std::string& accept_encoding) {
  Request request;
  if (!accept_encoding.empty()) request.headers = {{"accept-encoding", accept_encoding}};
  return request;
}

Response Json(std::string body) {
  Response response;
  response.body = std::move(body);
  response.tag = "abc";
  return response;
}

TEST(CompressionTest, EncodesWhatIsWhole) {
  for (const Coding coding : {Coding::kGzip, Coding::kZstd}) {
    Response response = Json(SomeJson(1'000));
    const std::string plain = response.body;
    Encode(coding, response);
    EXPECT_LT(response.body.size(), plain.size() / 4);
    EXPECT_EQ(coding == Coding::kGzip ? Unzip(response.body) : Unzstd(response.body), plain);
    const std::string name = coding == Coding::kGzip ? "gzip" : "zstd";
    EXPECT_EQ(response.tag, "abc-" + name);
    EXPECT_THAT(response.headers, testing::ElementsAre(testing::Pair("Content-Encoding", name)));
  }
}

TEST(CompressionTest, EncodesStreams) {
  for (const Coding coding : {Coding::kGzip, Coding::kZstd}) {
    Response response = Json(SomeJson(100));
    response.rest = std::make_unique<TwoPieces>();
    Encode(coding, response);
    ASSERT_NE(response.rest, nullptr);
    ASSERT_TRUE(ReadToEnd(*response.rest, response.body).ok());
    EXPECT_EQ(coding == Coding::kGzip ? Unzip(response.body) : Unzstd(response.body),
              SomeJson(100) + SomeJson(500) + SomeJson(500));
  }
}

TEST(CompressionTest, ChoosesWhatTheClientWeighsMost) {
  const Response response = Json(SomeJson(1'000));
  EXPECT_EQ(ChooseCoding(Asking("gzip, zstd"), response), Coding::kZstd);
  EXPECT_EQ(ChooseCoding(Asking("gzip, zstd;q=0.9"), response), Coding::kGzip);
  EXPECT_EQ(ChooseCoding(Asking("gzip;q=0, zstd;q=0.1"), response), Coding::kZstd);
  EXPECT_EQ(ChooseCoding(Asking("x-gzip"), response), Coding::kGzip);
  EXPECT_EQ(ChooseCoding(Asking("br, deflate"), response), Coding::kIdentity);
  EXPECT_EQ(ChooseCoding(Asking("*;q=0"), response), Coding::kIdentity);
  EXPECT_EQ(ChooseCoding(Asking("identity, gzip;q=0.5"), response), Coding::kIdentity);
  EXPECT_EQ(ChooseCoding(Asking("identity;q=0, gzip;q=0.5"), response), Coding::kGzip);
  EXPECT_EQ(ChooseCoding(Asking(""), response), Coding::kIdentity);
}

TEST(CompressionTest, AListOverSeveralLinesIsOneList) {
  Request request = Asking("gzip;q=0.5");
  request.headers.emplace_back("accept-encoding", "zstd");
  EXPECT_EQ(ChooseCoding(request, Json(SomeJson(1'000))), Coding::kZstd);
  request.headers = {{"accept-encoding", "br"}, {"x", "y"}, {"accept-encoding", "gzip"}};
  EXPECT_EQ(ChooseCoding(request, Json(SomeJson(1'000))), Coding::kGzip);
}

TEST(CompressionTest, AClientDecodesWhatIsWholeAndNotTooMuch) {
  const std::string plain = SomeJson(50'000);
  Response response = Json(plain);
  Encode(Coding::kZstd, response);
  EXPECT_EQ(DecodeZstd(response.body, plain.size()).value(), plain);
  EXPECT_EQ(DecodeZstd(response.body, plain.size() - 1).status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(DecodeZstd(response.body.substr(0, response.body.size() / 2), plain.size()).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(DecodeZstd(plain, plain.size()).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(DecodeZstd("", 10).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(CompressionTest, LeavesShortAndForeignAndSecretAnswersAsTheyAre) {
  EXPECT_EQ(ChooseCoding(Asking("gzip"), Json("{}")), Coding::kIdentity);
  Response binary = Json(SomeJson(1'000));
  binary.content_type = "application/octet-stream";
  EXPECT_EQ(ChooseCoding(Asking("gzip"), binary), Coding::kIdentity);
  Request secrets = Asking("gzip");
  secrets.query = {{"show_secrets", "true"}};
  EXPECT_EQ(ChooseCoding(secrets, Json(SomeJson(1'000))), Coding::kIdentity);
  secrets.query = {{"show_secrets", "false"}};
  EXPECT_EQ(ChooseCoding(secrets, Json(SomeJson(1'000))), Coding::kGzip);
}

}  // namespace
}  // namespace setpoint::server
