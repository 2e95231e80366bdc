// Answers in fewer bytes: gzip or zstd, where the client asks for it and it is worth it. Runs on workers, never on an
// I/O thread. Pure but for the encoder's own state; one thread at a time.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "server/http/request.h"

namespace setpoint::server {

enum class Coding { kIdentity, kGzip, kZstd };

// Which coding the answer to a request should have: the one that Accept-Encoding weighs most; of equal ones zstd. None
// where the body is short, is no text, or is not to be compressed.
Coding ChooseCoding(const Request& request, const Response& response);

// Encodes body and rest, names the coding in the header, and makes the tag another one, since a strong tag stands for
// these very bytes.
void Encode(Coding coding, Response& response);

// What a stream of bytes becomes.
class Encoder {
 public:
  virtual ~Encoder() = default;
  // Appends what is ready to `out`.
  virtual void Add(std::string_view bytes, std::string& out) = 0;
  // Appends what is left, with the end mark.
  virtual void Finish(std::string& out) = 0;
};
// Of kGzip or kZstd. Holds 256 KiB (gzip) or a few times that (zstd).
std::unique_ptr<Encoder> MakeEncoder(Coding coding);

// What a client of ours makes of a body encoded as kZstd. kInvalidArgument: it is none, or cut; kResourceExhausted: it
// is more than `bytes_max`.
absl::StatusOr<std::string> DecodeZstd(std::string_view encoded, size_t bytes_max);

}  // namespace setpoint::server
