#include "server/http/compression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <memory>
#include <string>
#include <utility>

#include "server/http/body.h"

namespace setpoint::server {
namespace {

std::string Unzip(const std::string& bytes) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  std::string plain(1 << 20, '\0');
  std::string in = bytes;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(plain.data());
  stream.avail_out = static_cast<uInt>(plain.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END) << "whole, with its end mark";
  EXPECT_EQ(stream.avail_in, 0U);
  plain.resize(plain.size() - stream.avail_out);
  inflateEnd(&stream);
  return plain;
}

std::string Unzstd(const std::string& bytes) {
  std::string plain(1 << 20, '\0');
  ZSTD_DCtx* context = ZSTD_createDCtx();
  const size_t size = ZSTD_decompressDCtx(context, plain.data(), plain.size(), bytes.data(), bytes.size());
  ZSTD_freeDCtx(context);
  EXPECT_EQ(ZSTD_isError(size), 0U);
  plain.resize(ZSTD_isError(size) != 0U ? 0 : size);
  return plain;
}

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
  EXPECT_EQ(ChooseCoding(Asking(""), response), Coding::kIdentity);
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
