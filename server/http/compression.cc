#include "server/http/compression.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "server/http/accept.h"
#include "server/server_options.h"
#include "storage/base/check.h"
#include "storage/base/concat.h"

namespace setpoint::server {
namespace {

// Below this a body fits one packet anyway.
constexpr size_t kBytesMin = 1'400;
// Both are near the knee where more time buys little: JSON of resources becomes a tenth at some 100 MB/s.
constexpr int kGzipLevel = 4;
constexpr int kZstdLevel = 3;
// A window of 256 KiB: pieces are 64 KiB, and what repeats in a list repeats near by. Bounds what a stream holds.
constexpr int kZstdWindowLog = 18;
constexpr int kGzipWindowBits = 15 + 16;  // The largest window; 16 asks for gzip's frame instead of zlib's.
constexpr int kGzipMemoryLevel = 8;
constexpr size_t kStepBytes = size_t{16} << 10;

class GzipEncoder : public Encoder {
 public:
  GzipEncoder() {
    const int result =
        deflateInit2(&stream_, kGzipLevel, Z_DEFLATED, kGzipWindowBits, kGzipMemoryLevel, Z_DEFAULT_STRATEGY);
    SETPOINT_CHECK(result == Z_OK, "zlib takes its own constants");
  }
  ~GzipEncoder() override { deflateEnd(&stream_); }
  GzipEncoder(const GzipEncoder&) = delete;
  GzipEncoder& operator=(const GzipEncoder&) = delete;

  void Add(std::string_view bytes, std::string& out) override { Run(bytes, Z_NO_FLUSH, out); }
  void Finish(std::string& out) override { Run({}, Z_FINISH, out); }

 private:
  void Run(std::string_view bytes, int flush, std::string& out) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib only reads it.
    stream_.avail_in = static_cast<uInt>(bytes.size());
    std::array<char, kStepBytes> step;
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(step.data());
      stream_.avail_out = step.size();
      deflate(&stream_, flush);
      out.append(step.data(), step.size() - stream_.avail_out);
    } while (stream_.avail_out == 0);
  }

  z_stream stream_{};
};

class ZstdEncoder : public Encoder {
 public:
  ZstdEncoder() : context_(ZSTD_createCCtx()) {
    SETPOINT_CHECK(context_ != nullptr, "there is memory for an encoder");
    ZSTD_CCtx_setParameter(context_, ZSTD_c_compressionLevel, kZstdLevel);
    ZSTD_CCtx_setParameter(context_, ZSTD_c_windowLog, kZstdWindowLog);
  }
  ~ZstdEncoder() override { ZSTD_freeCCtx(context_); }
  ZstdEncoder(const ZstdEncoder&) = delete;
  ZstdEncoder& operator=(const ZstdEncoder&) = delete;

  void Add(std::string_view bytes, std::string& out) override {
    ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
    while (input.pos < input.size) Step(input, ZSTD_e_continue, out);
  }
  void Finish(std::string& out) override {
    ZSTD_inBuffer input{nullptr, 0, 0};
    while (Step(input, ZSTD_e_end, out) != 0) {
    }
  }

 private:
  size_t Step(ZSTD_inBuffer& input, ZSTD_EndDirective directive, std::string& out) {
    std::array<char, kStepBytes> step;
    ZSTD_outBuffer output{step.data(), step.size(), 0};
    const size_t left = ZSTD_compressStream2(context_, &output, &input, directive);
    SETPOINT_CHECK(ZSTD_isError(left) == 0, "zstd takes any bytes");
    out.append(step.data(), output.pos);
    return left;
  }

  ZSTD_CCtx* const context_;
};

// The rest of an answer, encoded as it is made.
class EncodedBody : public Body {
 public:
  EncodedBody(std::unique_ptr<Body> plain, std::unique_ptr<Encoder> encoder)
      : plain_(std::move(plain)), encoder_(std::move(encoder)) {}

  // A piece of plain bytes is what makes work for the worker, so one such piece is read, however short it becomes.
  absl::StatusOr<bool> Read(size_t bytes_wanted, std::string& out) override {
    std::string piece;
    auto more = plain_->Read(bytes_wanted, piece);
    if (!more.ok()) return more.status();
    encoder_->Add(piece, out);
    if (!*more) encoder_->Finish(out);
    return *more;
  }

 private:
  const std::unique_ptr<Body> plain_;
  const std::unique_ptr<Encoder> encoder_;
};

bool IsText(std::string_view content_type) {
  return content_type.starts_with("application/json") || content_type.starts_with("application/yaml") ||
         content_type.starts_with("application/problem+json") || content_type.starts_with("text/");
}

// BREACH reads a secret from the length of compressed answers that hold it beside text of the attacker's choosing, ask
// after ask. Here nothing of a request is repeated in an answer of status 200 (tokens and cookies never are), but who
// may commit to a repository chooses text that stands beside its Secrets. Their values are in an answer only where it
// is asked for by name: such an answer is not compressed. Digests of them are no secret worth guessing byte by byte.
bool ShowsSecrets(const Request& request) {
  return std::any_of(request.query.begin(), request.query.end(), [](const auto& parameter) {
    return parameter.first == "show_secrets" && parameter.second != "false";
  });
}

}  // namespace

Coding ChooseCoding(const Request& request, const Response& response) {
  const auto field = request.ListHeader("accept-encoding");
  if (!field.has_value() || response.status == 304 || !IsText(response.content_type)) return Coding::kIdentity;
  if (response.rest == nullptr && response.body.size() < kBytesMin) return Coding::kIdentity;
  if (ShowsSecrets(request)) return Coding::kIdentity;
  const unsigned zstd = CodingWeight(*field, "zstd");
  const unsigned gzip = std::max(CodingWeight(*field, "gzip"), CodingWeight(*field, "x-gzip"));
  if (zstd == 0 && gzip == 0) return Coding::kIdentity;
  if (CodingWeight(*field, "identity") > std::max(zstd, gzip)) return Coding::kIdentity;
  return zstd >= gzip ? Coding::kZstd : Coding::kGzip;
}

absl::StatusOr<std::string> DecodeZstd(std::string_view encoded, size_t bytes_max) {
  const std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(), ZSTD_freeDCtx);
  SETPOINT_CHECK(context != nullptr, "there is memory for a decoder");
  ZSTD_inBuffer input{encoded.data(), encoded.size(), 0};
  std::string plain;
  std::vector<char> step(ZSTD_DStreamOutSize());
  // How much more is wanted; 0: a frame is whole.
  size_t wanted = 1;
  bool is_full = true;  // More may be decoded already than the step took.
  while (is_full || input.pos < input.size) {
    ZSTD_outBuffer output{step.data(), step.size(), 0};
    wanted = ZSTD_decompressStream(context.get(), &output, &input);
    if (ZSTD_isError(wanted) != 0) return absl::InvalidArgumentError("the body is not encoded as it says");
    if (output.pos > bytes_max - plain.size()) {
      return absl::ResourceExhaustedError(storage::Concat("the body is larger than ", bytes_max, " bytes"));
    }
    plain.append(step.data(), output.pos);
    is_full = output.pos == output.size;
  }
  if (wanted != 0) return absl::InvalidArgumentError("the body is cut");
  return plain;
}

std::unique_ptr<Encoder> MakeEncoder(Coding coding) {
  SETPOINT_CHECK(coding != Coding::kIdentity, "what is not encoded needs no encoder");
  if (coding == Coding::kGzip) return std::make_unique<GzipEncoder>();
  return std::make_unique<ZstdEncoder>();
}

void Encode(Coding coding, Response& response) {
  if (coding == Coding::kIdentity) return;
  std::unique_ptr<Encoder> encoder = MakeEncoder(coding);
  std::string body;
  encoder->Add(response.body, body);
  if (response.rest == nullptr) {
    encoder->Finish(body);
  } else {
    response.rest = std::make_unique<EncodedBody>(std::move(response.rest), std::move(encoder));
  }
  response.body = std::move(body);
  const std::string_view name = coding == Coding::kGzip ? "gzip" : "zstd";
  response.headers.emplace_back("Content-Encoding", name);
  if (!response.tag.empty()) response.tag.append("-").append(name);
}

}  // namespace setpoint::server
