#include "tests/server/http/decoded.h"

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

namespace setpoint::test {
namespace {

constexpr size_t kPlainBytesMax = size_t{64} << 20;

}  // namespace

std::string Unzip(const std::string& bytes) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  std::string plain(kPlainBytesMax, '\0');
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
  std::string plain(kPlainBytesMax, '\0');
  ZSTD_DCtx* context = ZSTD_createDCtx();
  const size_t size = ZSTD_decompressDCtx(context, plain.data(), plain.size(), bytes.data(), bytes.size());
  ZSTD_freeDCtx(context);
  EXPECT_EQ(ZSTD_isError(size), 0U);
  plain.resize(ZSTD_isError(size) != 0U ? 0 : size);
  return plain;
}

}  // namespace setpoint::test
